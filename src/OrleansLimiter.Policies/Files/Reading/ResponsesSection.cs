namespace OrleansLimiter.Policies;

/// <summary>Reads <c>responses:</c>.</summary>
internal static class ResponsesSection
{
    private static readonly ResponsesDefinition Defaults = new();

    private static readonly ImmutableArray<string> Keys = ["report", "always", "allowed", "denied", "standard"];

    private static readonly ImmutableArray<string> DeniedKeys =
        ["status", "authorize-status", "headers", "content-type", "body", "problem-details"];

    public static ResponsesDefinition Read(YamlNode? node, ImmutableArray<LimitDraft> limits, PolicyErrorList errors)
    {
        if (Fields.Open(node, "responses", errors, Keys) is not { } fields)
        {
            return Defaults;
        }

        var always = HeaderSection.Read(fields.Find("always"), "always", errors);
        var allowed = HeaderSection.Read(fields.Find("allowed"), "allowed", errors);
        var denied = Fields.Open(fields.Find("denied"), "denied", errors, DeniedKeys);
        var deniedHeaders = HeaderSection.Read(denied?.Find("headers"), "headers of denied", errors);
        var problem = Values.Choice(denied?.Find("problem-details"), "problem-details of denied", errors, PolicyWords.ProblemFormat)
            ?? PolicyWords.ProblemFormat.First;
        var (type, body) = problem == ProblemFormat.None ? Body(denied, errors) : WithoutBody(denied!, problem, errors);
        var responses = new ResponsesDefinition
        {
            Report = Report(fields.Find("report"), limits, errors),
            Always = [.. always.Select(header => header.Definition)],
            Allowed = [.. allowed.Select(header => header.Definition)],
            Denied = [.. deniedHeaders.Select(header => header.Definition)],
            DeniedStatus = Values.Integer(denied?.Find("status"), "status of denied", 400, 599, errors) ?? Defaults.DeniedStatus,
            AuthorizeStatus = Values.Integer(denied?.Find("authorize-status"), "authorize-status of denied", 400, 499, errors),
            DeniedContentType = type,
            DeniedBody = body,
            DeniedProblem = problem,
            Standard = Values.Choice(fields.Find("standard"), "standard", errors, PolicyWords.Standard) ?? PolicyWords.Standard.First,
        };
        if (responses.Standard != StandardHeaders.None)
        {
            ImmutableArray<HeaderDraft> headers = [.. always, .. allowed, .. deniedHeaders, .. limits.SelectMany(limit => limit.Headers)];
            CheckStandard(PolicyWords.Standard[responses.Standard], headers, errors);
        }

        return responses;
    }

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
        string[] known = [.. limits.Select(limit => limit.Name).Distinct()];
        var words = Nodes.Words(node, "report", errors);
        foreach (var word in words)
        {
            // A limit without a valid name can be the one that is meant.
            if (known.Length > 0 && !known.Contains("") && !known.Contains(word.Value))
            {
                errors.AddUnknown(word.At, $"report names {Quoted.Of(word.Value)}, which is not a limit", word.Value, known);
            }
        }

        return [.. words.Select(word => word.Value)];
    }

    private static (string? ContentType, string? Body) Body(Fields? denied, PolicyErrorList errors)
    {
        var bodyNode = denied?.Find("body");
        var typeNode = denied?.Find("content-type");
        var body = Nodes.Text(bodyNode, "body of denied", errors);
        var type = Nodes.Text(typeNode, "content-type of denied", errors);
        if (bodyNode is not null && typeNode is null)
        {
            errors.Add(bodyNode.At, "denied has a 'body' but no 'content-type'; add one, as in content-type: application/json");
        }
        else if (typeNode is not null && bodyNode is null)
        {
            errors.Add(typeNode.At, "denied has a 'content-type' but no 'body'; add a body or leave the content type out");
        }

        if (body is { Value.Length: > PolicyBounds.MaxTextLength })
        {
            errors.Add(body.At, $"body of denied has {body.Value.Length} characters; at most {PolicyBounds.MaxTextLength} are expected");
        }
        else if (body is not null)
        {
            HeaderSection.ParseTemplate(body, errors);
        }

        if (type is not null && !IsMediaType(type.Value))
        {
            errors.Add(type.At, $"content-type of denied is {Quoted.Of(type.Value)}; type/subtype is expected, as in application/json");
        }

        return (type?.Value, body?.Value);
    }

    private static (string? ContentType, string? Body) WithoutBody(Fields denied, ProblemFormat problem, PolicyErrorList errors)
    {
        foreach (string key in (ReadOnlySpan<string>)["content-type", "body"])
        {
            if (denied.Find(key) is not null)
            {
                string word = PolicyWords.ProblemFormat[problem];
                errors.Add(denied.KeyAt(key), $"the {key} of denied is given by 'problem-details: {word}'; leave it out");
            }
        }

        return default;
    }

    private static bool IsMediaType(string text) =>
        text.Length <= PolicyBounds.MaxHeaderLength
        && !text.AsSpan().ContainsAnyExceptInRange(' ', '~')
        && text.Split(';')[0].TrimEnd().Split('/') is [var type, var subtype]
        && HeaderNames.Validate(type) is null && HeaderNames.Validate(subtype) is null;
}
