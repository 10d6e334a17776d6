namespace OrleansLimiter.Policies;

/// <summary>
/// The path of a <see cref="RoutePattern"/>, parsed. The literals of a valid route are in normal form, so they can be compared with
/// the path of a request.
/// </summary>
/// <param name="Segments">The segments before a last <c>**</c>; null for a parameter.</param>
/// <param name="Parameters">The names of the parameters at the same indexes; null for a literal.</param>
/// <param name="HasRest">Whether the path ends with <c>**</c> and matches any further segments, also none.</param>
internal sealed record RouteTemplate(ImmutableArray<string?> Segments, ImmutableArray<string?> Parameters, bool HasRest)
{
    /// <summary>Parses a valid path.</summary>
    public static RouteTemplate Of(string path)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        bool hasRest = parts is [.., "**"];
        string[] segments = hasRest ? parts[..^1] : parts;
        return new(
            [.. segments.Select(segment => Parameter(segment) is null ? segment : null)],
            [.. segments.Select(Parameter)],
            hasRest);
    }

    /// <summary>Returns the name in <c>{name}</c>; null for another segment.</summary>
    public static string? Parameter(string segment) => segment is ['{', .. var name, '}'] ? name : null;
}
