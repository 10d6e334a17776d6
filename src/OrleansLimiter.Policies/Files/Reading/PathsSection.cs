namespace OrleansLimiter.Policies;

/// <summary>Reads <c>paths:</c>.</summary>
internal static class PathsSection
{
    private static readonly ImmutableArray<string> Keys = ["parameters", "case", "encoded-slash", "double-encoding", "suffix"];

    // The options of an invalid section. They allow most routes, so that an error here causes no errors of routes.
    private static readonly PathsDefinition Invalid = new()
    {
        Parameters = PathParameters.Keep,
        Case = PathCasing.Keep,
        Suffix = PathSuffix.Keep,
    };

    public static PathsDefinition Read(YamlNode? node, PolicyErrorList errors)
    {
        if (node is null)
        {
            return new();
        }

        int before = errors.Count;
        if (Fields.Open(node, "paths", errors, Keys) is not { } fields)
        {
            return Invalid;
        }

        var paths = new PathsDefinition
        {
            Parameters = Choice(fields, "parameters", errors, PolicyWords.PathParameters),
            Case = Choice(fields, "case", errors, PolicyWords.PathCase),
            EncodedSlash = Choice(fields, "encoded-slash", errors, PolicyWords.EncodedSlash),
            DoubleEncoding = Choice(fields, "double-encoding", errors, PolicyWords.DoubleEncoding),
            Suffix = Choice(fields, "suffix", errors, PolicyWords.PathSuffix),
        };
        return errors.Count == before ? paths : Invalid;
    }

    private static T Choice<T>(Fields fields, string key, PolicyErrorList errors, WordTable<T> words)
        where T : struct =>
        Values.Choice(fields.Find(key), $"{key} of paths", errors, words) ?? words.First;
}
