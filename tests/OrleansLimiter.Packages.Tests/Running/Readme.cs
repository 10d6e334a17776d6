namespace OrleansLimiter.Packages.Tests;

/// <summary>The readme of a package.</summary>
internal sealed class Readme(string text)
{
    /// <summary>The packages that are libraries, by the ends of their names.</summary>
    public static IEnumerable<string> Libraries { get; } =
        ["AspNetCore", "Cluster", "Core", "Decisions", "Grains", "Grpc", "Http", "Policies"];

    public static Readme Of(string package) => new(Repository.Read("src", $"OrleansLimiter.{package}", "PACKAGE.md"));

    /// <summary>The only block of code of a language.</summary>
    public string Code(string language)
    {
        string[] parts = text.Split($"```{language}\n");
        Assert.Equal(2, parts.Length);
        return parts[1][..parts[1].IndexOf("```\n", StringComparison.Ordinal)];
    }

    /// <summary>The C# code as a method of a class with a name.</summary>
    public string AsMethod(string name)
    {
        ILookup<bool, string> lines = Code("csharp").Split('\n').ToLookup(IsUsing);
        return $$"""
            {{string.Join('\n', lines[true])}}

            internal static class {{name}}Readme
            {
                public static async Task RunAsync(string[] args)
                {
                    await Task.CompletedTask;
                    {{string.Join('\n', lines[false])}}
                }
            }
            """;
    }

    // Not a declaration like `using var store = …`.
    private static bool IsUsing(string line) =>
        line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('=', StringComparison.Ordinal);
}
