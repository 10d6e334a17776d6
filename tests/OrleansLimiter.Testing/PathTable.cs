using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace OrleansLimiter.Testing;

/// <summary>A spelling of a path in the policy reference, and its endpoint.</summary>
/// <param name="Value">The required value of <c>paths</c>, such as <c>case: keep</c>; empty: the defaults.</param>
/// <param name="Path">The spelling.</param>
/// <param name="Endpoint">The name of the endpoint; null: the response is 400.</param>
/// <param name="Resource">The resource; empty: none.</param>
public sealed record PathSpelling(string Value, string Path, string? Endpoint, string Resource)
{
    private const string Before = "/conversations/";
    private const string After = "/messages";

    /// <summary>The resource as it is spelled; null if there is none.</summary>
    public string? SpeltResource =>
        Path.StartsWith(Before, StringComparison.Ordinal) && Path.EndsWith(After, StringComparison.Ordinal)
            ? Path[Before.Length..^After.Length]
            : null;

    public override string ToString() => $"{Value} {Path}";
}

/// <summary>The tables of spellings in <c>docs/policy-reference.md</c>, which the tests check.</summary>
public static partial class PathTable
{
    /// <summary>The rows for the defaults.</summary>
    public static IReadOnlyList<PathSpelling> Defaults { get; } = [.. Rows().Where(row => row.Value == "")];

    /// <summary>The rows for other values.</summary>
    public static IReadOnlyList<PathSpelling> Others { get; } = [.. Rows().Where(row => row.Value != "")];

    private static IEnumerable<PathSpelling> Rows([CallerFilePath] string here = "") =>
        from line in File.ReadLines(Path.GetFullPath(Path.Combine(here, "../../../docs/policy-reference.md")))
            .SkipWhile(line => line != "## Paths").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
        let row = Row().Match(line)
        where row.Success
        select new PathSpelling(
            row.Groups["value"].Value,
            row.Groups["path"].Value,
            row.Groups["endpoint"] is { Success: true } endpoint ? endpoint.Value : null,
            row.Groups["resource"].Value);

    [GeneratedRegex(
        "^\\| (`(?<value>(parameters|case|encoded-slash|double-encoding|suffix): [a-z]+)` \\| )?`(?<path>[^`]+)` "
        + "\\| (`(?<endpoint>[^`]+)`( of `(?<resource>[^`]+)`)?|400) \\|", RegexOptions.ExplicitCapture)]
    private static partial Regex Row();
}
