using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>A header of a policy, where it stands, and whether its value is the same in every response.</summary>
internal sealed record HeaderDraft(Mark At, HeaderDefinition Definition, bool IsLiteral);

/// <summary>Reads headers: names and the templates of their values.</summary>
internal static class HeaderSection
{
    public static ImmutableArray<HeaderDraft> Read(YamlNode? node, string what, PolicyErrorList errors)
    {
        if (node is null || Nodes.Map(node, what, errors) is not { } map)
        {
            return [];
        }

        if (map.Entries.Count > PolicyBounds.MaxHeaders)
        {
            errors.Add(map.At, $"{what} has {map.Entries.Count} headers; at most {PolicyBounds.MaxHeaders} are expected");
            return [];
        }

        var headers = ImmutableArray.CreateBuilder<HeaderDraft>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in map.Entries)
        {
            if (HeaderNames.ValidateResponse(key.Value) is { } error)
            {
                errors.Add(key.At, error);
            }
            else if (!seen.Add(key.Value))
            {
                errors.Add(key.At, $"the header '{key.Value}' is given twice; upper and lower case make no difference");
            }
            else if (Value(key, value, errors) is { } template)
            {
                headers.Add(new(key.At, new(key.Value, template.Text), template.IsLiteral));
            }
        }

        return headers.ToImmutable();
    }

    private static Template? Value(YamlScalar key, YamlNode node, PolicyErrorList errors)
    {
        if (node is YamlMap)
        {
            errors.Add(node.At, $"the value of '{key.Value}' is a mapping; text that begins with a brace needs quotes, as in \"{{limit}}\"");
            return null;
        }

        if (Nodes.Text(node, $"the value of '{key.Value}'", errors) is not { Value: var text })
        {
            return null;
        }

        if (text.Length > PolicyBounds.MaxHeaderLength || text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            errors.Add(node.At, $"the value of '{key.Value}' is {Quoted.Of(text)}; "
                + $"at most {PolicyBounds.MaxHeaderLength} printable ASCII characters on one line are expected");
            return null;
        }

        return Templates.Parse(text, node.At, errors);
    }
}

/// <summary>Templates in a file.</summary>
internal static class Templates
{
    public static Template? Parse(string text, Mark at, PolicyErrorList errors)
    {
        if (Template.TryParse(text, out var template, out string? error))
        {
            return template;
        }

        errors.Add(at, error);
        return null;
    }
}
