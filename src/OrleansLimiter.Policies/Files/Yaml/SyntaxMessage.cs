namespace OrleansLimiter.Policies;

/// <summary>Replaces messages of the YAML parser, which can quote the file.</summary>
internal static class SyntaxMessage
{
    private static readonly (string Parser, string Message)[] Replacements =
    [
        ("cannot start any token", "this character cannot begin a value; put the value in quotes"),
        ("found invalid mapping", "a key and its value are inside another value; check the indentation, or put text with ': ' in quotes"),
        ("unexpected end of stream", "this quote is never closed; close it"),
        ("expected ',' or ']'", "this list is never closed; a ',' or ']' is expected"),
        ("expected ',' or '}'", "this mapping is never closed; a ',' or '}' is expected"),
        ("expected node content", "a value is expected here; check brackets and commas"),
        ("did not find expected key", "this line is not part of anything above it; check the indentation"),
        ("expected '-' indicator", "this line is not part of anything above it; check the indentation"),
        ("unknown escape character", "this backslash escape is not known; put the text in single quotes"),
        ("what follows here", "what follows here cannot be read; check brackets, quotes and colons"),
    ];

    public static string Of(string message) =>
        Replacements.FirstOrDefault(pair => message.Contains(pair.Parser, StringComparison.Ordinal)).Message
            ?? "this is not valid YAML; check brackets, quotes and indentation";
}
