using System.Buffers;
using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>A route, where it stands, and its path taken apart.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Endpoint">The place of its endpoint in the file.</param>
/// <param name="Pattern">The route.</param>
/// <param name="Segments">The segments before a last <c>**</c>; null: a parameter.</param>
/// <param name="HasRest">Whether <c>**</c> ends it.</param>
internal sealed record RouteDraft(
    Mark At, int Endpoint, RoutePattern Pattern, ImmutableArray<string?> Segments, bool HasRest)
{
    public override string ToString() => $"{Pattern.Method ?? RouteSyntax.Any} {Pattern.Path}";
}

/// <summary>Reads routes: <c>POST /channels/{channel_id}/messages</c>, <c>ANY /v1/customers/**</c>.</summary>
internal static class RouteSyntax
{
    public const string Any = "ANY";

    private static readonly ImmutableArray<string> Methods = [.. BuiltIn.Methods.Except(["HEAD", "OTHER"]), Any];

    // A request's path is compared in its normal form, in which these stand for themselves. What would need an
    // escape, and empty or dot segments, can never match.
    private static readonly SearchValues<char> Literal = SearchValues.Create(
        "-._~!$&'()+,;=:@0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static RouteDraft? Read(YamlScalar route, int endpoint, PathsDefinition paths, PolicyErrorList errors)
    {
        string? error = Parse(route.Value, paths, out string? method, out string path, out var segments);
        if (error is not null)
        {
            errors.Add(route.At, $"the route is {Quoted.Of(route.Value)}; {error}");
            return null;
        }

        bool rest = segments is [.., "**"];
        return new(
            route.At,
            endpoint,
            new(method, path),
            [.. segments.Take(segments.Length - (rest ? 1 : 0)).Select(segment => segment[0] == '{' ? null : segment)],
            rest);
    }

    /// <summary>The name in <c>{name}</c>; null for another segment.</summary>
    public static string? Parameter(string segment) =>
        segment is ['{', .. var name, '}'] ? name : null;

    private static string? Parse(
        string text, PathsDefinition paths, out string? method, out string path, out string[] segments)
    {
        int space = text.IndexOf(' ');
        string word = space < 0 ? text : text[..space];
        method = word == Any ? null : word;
        path = space < 0 ? "" : text[(space + 1)..];
        segments = path.Length > 1 ? path[1..].Split('/') : [];
        if (space < 0 || !path.StartsWith('/'))
        {
            return "a method and a path are expected, as in POST /exports or ANY /exports/**";
        }

        return Methods.Contains(word) ? ValidatePath(path, segments, paths)
            : word == "HEAD" ? "HEAD is matched as GET; write GET"
            : $"the method {Quoted.Of(word)} is not known; {Suggestion.For(word, Methods)}";
    }

    private static string? ValidatePath(string path, string[] segments, PathsDefinition paths)
    {
        if (path.AsSpan().IndexOfAny('?', '#') >= 0)
        {
            return "a path has no query string; leave it out";
        }

        if (segments.Length > PolicyBounds.MaxSegments)
        {
            return $"a path has at most {PolicyBounds.MaxSegments} segments";
        }

        if (segments is [.., ""])
        {
            return "a path does not end with '/'; leave it out";
        }

        var parameters = new HashSet<string>();
        for (int i = 0; i < segments.Length; i++)
        {
            if (ValidateSegment(segments[i], i == segments.Length - 1, parameters, paths) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private static string? ValidateSegment(string segment, bool isLast, HashSet<string> parameters, PathsDefinition paths)
    {
        if (Parameter(segment) is { } name)
        {
            return Names.Parameter.Validate(name) is { } wrong ? $"the parameter {Quoted.Of(segment)} is no name; {wrong}"
                : parameters.Add(name) ? null : $"the parameter '{segment}' is given twice";
        }

        return segment switch
        {
            "" => "a path has no empty segment; write one '/'",
            "." or ".." => "a path has no dot segments; write where it leads",
            "**" => isLast ? null : "'**' stands for the rest of a path, so nothing follows it",
            _ when segment.AsSpan().IndexOfAny('{', '}') >= 0 => $"a parameter is a whole segment; {Quoted.Of(segment)} is more",
            _ when segment.Contains('*') => "'*' is not known; write {name} for one segment or a last ** for the rest",
            _ when segment.AsSpan().ContainsAnyExcept(Literal) =>
                $"the segment {Quoted.Of(segment)} holds more than letters, digits and -._~!$&'()+,;=:@",
            [.., '.'] => $"the dots that end {Quoted.Of(segment)} are left out of a path; leave them out here too",
            _ => ValidateAgainstPaths(segment, isLast, paths),
        };
    }

    // What the policy cuts from a path can never match.
    private static string? ValidateAgainstPaths(string segment, bool isLast, PathsDefinition paths) =>
        paths.CutsParameters && segment.Contains(';')
            ? $"{Quoted.Of(segment)} never matches, because parameters are cut from a path; leave ';' out, or write 'paths: {{ parameters: keep }}'"
        : paths.CutsSuffix && isLast && segment.Contains('.')
            ? $"{Quoted.Of(segment)} never matches, because the suffix of a last segment is cut; leave it out, or write 'paths: {{ suffix: keep }}'"
        : null;
}
