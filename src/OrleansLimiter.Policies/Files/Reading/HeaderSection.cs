namespace OrleansLimiter.Policies;

/// <summary>A header of a policy, its position, and whether its value is the same in every response.</summary>
internal sealed record HeaderDraft(Mark At, HeaderDefinition Definition, bool IsLiteral);

/// <summary>Reads headers: names and the templates of their values.</summary>
internal static class HeaderSection
{
    public static ImmutableArray<HeaderDraft> Read(YamlNode? node, string what, PolicyErrorList errors)
    {
        if (Nodes.Map(node, what, errors) is not { } map)
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
                errors.Add(key.At, $"the header '{key.Value}' is given twice; case is ignored in header names");
            }
            else if (Value(key, value, errors) is { } template)
            {
                headers.Add(new(key.At, new(key.Value, template.Text), template.IsLiteral));
            }
        }

        return headers.ToImmutable();
    }

    /// <summary>Parses a template. Returns null if it is invalid.</summary>
    public static Template? ParseTemplate(YamlScalar scalar, PolicyErrorList errors)
    {
        if (!Template.TryParse(scalar.Value, out var template, out string? error))
        {
            errors.Add(scalar.At, error);
        }

        return template;
    }

    private static Template? Value(YamlScalar key, YamlNode node, PolicyErrorList errors)
    {
        string what = $"the value of '{key.Value}'";
        if (node is YamlMap)
        {
            errors.Add(node.At, $"{what} is a mapping; text that begins with a brace needs quotes, as in \"{{limit}}\"");
            return null;
        }

        if (Nodes.Text(node, what, errors) is not { Value: var text } scalar)
        {
            return null;
        }

        if (text.Length <= PolicyBounds.MaxHeaderLength && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return ParseTemplate(scalar, errors);
        }

        errors.Add(node.At, $"{what} is {Quoted.Of(text)}; "
            + $"at most {PolicyBounds.MaxHeaderLength} printable ASCII characters on one line are expected");
        return null;
    }
}
