using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>Reads <c>responses:</c>.</summary>
internal static class ResponsesSection
{
    private const int DefaultStatus = 429;

    private static readonly ImmutableArray<string> Keys = ["report", "always", "allowed", "denied", "standard"];

    private static readonly ImmutableArray<string> DeniedKeys = ["status", "headers", "content-type", "body"];

    public static ResponsesDefinition Read(YamlNode? node, ImmutableArray<LimitDraft> limits, PolicyErrorList errors)
    {
        if (node is null || Fields.Open(node, "responses", errors, Keys) is not { } fields)
        {
            return new();
        }

        var always = HeaderSection.Read(fields.Find("always"), "always", errors);
        var allowed = HeaderSection.Read(fields.Find("allowed"), "allowed", errors);
        var denied = fields.Find("denied") is { } map ? Fields.Open(map, "denied", errors, DeniedKeys) : null;
        var deniedHeaders = HeaderSection.Read(denied?.Find("headers"), "headers of denied", errors);
        var (type, body) = Body(denied, errors);
        var responses = new ResponsesDefinition
        {
            Report = Report(fields.Find("report"), limits, errors),
            Always = Definitions(always),
            Allowed = Definitions(allowed),
            Denied = Definitions(deniedHeaders),
            DeniedStatus = denied?.Find("status") is { } status
                ? Values.Whole(status, "status of denied", 400, 599, errors) ?? DefaultStatus
                : DefaultStatus,
            DeniedContentType = type,
            DeniedBody = body,
            Standard = fields.Find("standard") is { } standard
                ? Values.Choice(standard, "standard", errors, PolicyWords.Standard) ?? PolicyWords.Standard.First
                : PolicyWords.Standard.First,
        };
        if (responses.Standard != StandardHeaders.None)
        {
            CheckStandard(PolicyWords.Standard[responses.Standard], [.. always, .. allowed, .. deniedHeaders, .. limits.SelectMany(limit => limit.Headers)], errors);
        }

        return responses;
    }

    private static ImmutableArray<HeaderDefinition> Definitions(ImmutableArray<HeaderDraft> headers) =>
        [.. headers.Select(header => header.Definition)];

    private static void CheckStandard(string standard, ImmutableArray<HeaderDraft> headers, PolicyErrorList errors)
    {
        foreach (var header in headers.DistinctBy(header => header.At))
        {
            if (header.Definition.Name.ToLowerInvariant() is "ratelimit" or "ratelimit-policy")
            {
                errors.Add(header.At, $"the header '{header.Definition.Name}' is written by 'standard: {standard}'; leave it out");
            }
        }
    }

    private static ImmutableArray<string> Report(YamlNode? node, ImmutableArray<LimitDraft> limits, PolicyErrorList errors)
    {
        if (node is null)
        {
            return [];
        }

        ImmutableArray<string> known = [.. limits.Select(limit => limit.Name).Where(name => name.Length > 0).Distinct()];
        var words = Nodes.Words(node, "report", errors);
        foreach (var word in words)
        {
            if (!known.IsEmpty && !known.Contains(word.Value) && limits.All(limit => limit.Name.Length > 0))
            {
                errors.AddUnknown(word.At, $"report names the limit {Quoted.Of(word.Value)}, which is none", word.Value, known);
            }
        }

        return [.. words.Select(word => word.Value)];
    }

    private static (string? ContentType, string? Body) Body(Fields? denied, PolicyErrorList errors)
    {
        var bodyNode = denied?.Find("body");
        var typeNode = denied?.Find("content-type");
        var body = bodyNode is null ? null : Nodes.Text(bodyNode, "body of denied", errors);
        var type = typeNode is null ? null : Nodes.Text(typeNode, "content-type of denied", errors);
        if (bodyNode is not null && typeNode is null)
        {
            errors.Add(bodyNode.At, "denied has a 'body' but no 'content-type'; say what it is, as in content-type: application/json");
        }
        else if (typeNode is not null && bodyNode is null)
        {
            errors.Add(typeNode.At, "denied has a 'content-type' but no 'body'; give it a body or leave the type out");
        }

        if (body is { Value.Length: > PolicyBounds.MaxTextLength })
        {
            errors.Add(body.At, $"body of denied has {body.Value.Length} characters; at most {PolicyBounds.MaxTextLength} are expected");
        }
        else if (body is not null)
        {
            Templates.Parse(body.Value, body.At, errors);
        }

        if (type is not null && !IsMediaType(type.Value))
        {
            errors.Add(type.At, $"content-type of denied is {Quoted.Of(type.Value)}; type/subtype is expected, as in application/json");
        }

        return (type?.Value, body?.Value);
    }

    private static bool IsMediaType(string text) =>
        text.Length <= PolicyBounds.MaxHeaderLength
        && !text.AsSpan().ContainsAnyExceptInRange(' ', '~')
        && text.Split(';')[0].TrimEnd().Split('/') is [var type, var subtype]
        && HeaderNames.Validate(type) is null && HeaderNames.Validate(subtype) is null;
}
