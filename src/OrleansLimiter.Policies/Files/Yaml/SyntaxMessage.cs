namespace OrleansLimiter.Policies;

/// <summary>Says in our words what the YAML parser stumbled over, for the mistakes that people make.</summary>
internal static class SyntaxMessage
{
    private static readonly (string Theirs, string Ours)[] Translations =
    [
        ("cannot start any token", "this character cannot begin a value; put the value in quotes"),
        ("found invalid mapping", "a key and its value stand inside another value; check the indentation, or put text with ': ' in quotes"),
        ("unexpected end of stream", "this quote is never closed; close it"),
        ("expected ',' or ']'", "this list is never closed; a ',' or ']' is expected"),
        ("expected ',' or '}'", "this mapping is never closed; a ',' or '}' is expected"),
        ("expected node content", "a value is expected here; check brackets and commas"),
        ("did not find expected key", "this line belongs to nothing above it; check the indentation"),
        ("expected '-' indicator", "this line belongs to nothing above it; check the indentation"),
        ("unknown escape character", "this backslash escape is not known; put the text in single quotes"),
        ("what follows here", "what follows here cannot be read; look for a stray bracket, quote or colon"),
    ];

    public static string Of(string theirs)
    {
        foreach (var (known, ours) in Translations)
        {
            if (theirs.Contains(known, StringComparison.Ordinal))
            {
                return ours;
            }
        }

        return $"this is not YAML: {theirs.TrimEnd('.')}";
    }
}
