namespace OrleansLimiter.Policies;

/// <summary>A valid route.</summary>
/// <param name="At">The position.</param>
/// <param name="Endpoint">The index of the endpoint in the file.</param>
/// <param name="Pattern">The route.</param>
/// <param name="Template">The path of the route, parsed.</param>
internal sealed record RouteDraft(Mark At, int Endpoint, RoutePattern Pattern, RouteTemplate Template)
{
    public override string ToString() => $"{Pattern.Method ?? RouteSyntax.Any} {Pattern.Path}";
}

/// <summary>Reads routes: <c>POST /channels/{channel_id}/messages</c>, <c>ANY /v1/customers/**</c>.</summary>
internal static class RouteSyntax
{
    public const string Any = "ANY";

    private static readonly ImmutableArray<string> Methods = [.. BuiltIn.Methods.Except(["HEAD", "OTHER"]), Any];

    // The characters that have no escapes in the normal form of a path. Other literals, and empty or dot segments, can never match.
    private static readonly SearchValues<char> Literal = SearchValues.Create(
        "-._~!$&'()+,;=:@0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Reads a route. Returns null if it is invalid.</summary>
    public static RouteDraft? Read(YamlScalar route, int endpoint, PathsDefinition paths, PolicyErrorList errors)
    {
        var (method, path) = route.Value.Split(' ', 2) is [var first, var second] ? (first, second) : ("", "");
        string? error = !path.StartsWith('/') ? "a method and a path are expected, as in POST /exports or ANY /exports/**"
            : Methods.Contains(method) ? ValidatePath(path, paths)
            : method == "HEAD" ? "HEAD is matched as GET; write GET"
            : $"the method {Quoted.Of(method)} is not known; {Suggestion.For(method, Methods)}";
        if (error is null)
        {
            return new(route.At, endpoint, new(method == Any ? null : method, path), RouteTemplate.Of(path));
        }

        errors.Add(route.At, $"the route is {Quoted.Of(route.Value)}; {error}");
        return null;
    }

    private static string? ValidatePath(string path, PathsDefinition paths)
    {
        string[] segments = path.Length > 1 ? path[1..].Split('/') : [];
        if (path.AsSpan().ContainsAny('?', '#'))
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
        return segments
            .Select((segment, i) => ValidateSegment(segment, i == segments.Length - 1, parameters, paths))
            .FirstOrDefault(error => error is not null);
    }

    private static string? ValidateSegment(string segment, bool isLast, HashSet<string> parameters, PathsDefinition paths)
    {
        if (RouteTemplate.Parameter(segment) is { } name)
        {
            return Names.Parameter.Validate(name) is { } wrong ? $"the parameter {Quoted.Of(segment)} has no valid name; {wrong}"
                : parameters.Add(name) ? null : $"the parameter '{segment}' is given twice";
        }

        return segment switch
        {
            "" => "a path has no empty segment; write one '/'",
            "." or ".." => "a path has no dot segments; write the path without them",
            "**" => isLast ? null : "'**' matches the rest of a path, so it must be the last segment",
            _ when segment.AsSpan().ContainsAny('{', '}') =>
                $"a parameter is a whole segment, but {Quoted.Of(segment)} has more characters",
            _ when segment.Contains('*') => "'*' is not known; write {name} for one segment or a last ** for the rest",
            _ when segment.AsSpan().ContainsAnyExcept(Literal) =>
                $"the segment {Quoted.Of(segment)} has characters other than letters, digits and -._~!$&'()+,;=:@",
            [.., '.'] => $"dots at the end of a segment are cut from a path; leave them out of {Quoted.Of(segment)}",
            _ => ValidateAgainstPaths(segment, isLast, paths),
        };
    }

    // Text that the policy cuts from a path can never match.
    private static string? ValidateAgainstPaths(string segment, bool isLast, PathsDefinition paths) =>
        paths.CutsParameters && segment.Contains(';')
            ? $"{Quoted.Of(segment)} never matches, because parameters are cut from a path; "
                + "leave ';' out, or write 'paths: { parameters: keep }'"
        : paths.CutsSuffix && isLast && segment.Contains('.')
            ? $"{Quoted.Of(segment)} never matches, because the suffix of a last segment is cut; "
                + "leave it out, or write 'paths: { suffix: keep }'"
        : null;
}
