using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>
/// The path of a <see cref="Policies.RoutePattern"/>, parsed. The validator lets only literals pass that are in normal
/// form already, so they can be compared with a request's path as they are.
/// </summary>
/// <param name="Segments">The segments before a last <c>**</c>; null for a parameter.</param>
/// <param name="Parameters">The name of the parameter at the same place; null for a literal.</param>
/// <param name="HasRest">Whether any rest may follow, none included.</param>
internal sealed record RouteTemplate(
    ImmutableArray<string?> Segments, ImmutableArray<string?> Parameters, bool HasRest)
{
    private const string Rest = "**";

    /// <summary>Parses a template of a valid policy.</summary>
    public static RouteTemplate Of(string path)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        bool hasRest = parts is [.., Rest];
        IReadOnlyList<string> segments = hasRest ? parts[..^1] : parts;
        return new(
            [.. segments.Select(segment => Parameter(segment) is null ? segment : null)],
            [.. segments.Select(Parameter)],
            hasRest);
    }

    private static string? Parameter(string segment) => segment is ['{', .. var name, '}'] ? name : null;
}
