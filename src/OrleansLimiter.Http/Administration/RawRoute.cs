using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace OrleansLimiter.Http;

/// <summary>
/// The values of a route, read from the target as the caller wrote it. The server's path has dot segments taken out and
/// everything decoded but <c>%2F</c>, so there <c>a%2Fb</c> and <c>a%252Fb</c> are one: two accounts would be.
/// </summary>
internal static class RawRoute
{
    /// <summary>The values by the names of the matched pattern's parameters, each exactly one segment, decoded once.</summary>
    public static bool TryRead(
        HttpContext context,
        [NotNullWhen(true)] out IReadOnlyDictionary<string, string>? values,
        [NotNullWhen(false)] out Problem? problem)
    {
        values = null;
        problem = null;
        IReadOnlyList<RoutePatternPathSegment> pattern = ((RouteEndpoint)context.GetEndpoint()!).RoutePattern.PathSegments;
        string[] segments = Segments(context);
        if (segments.Length != pattern.Count)
        {
            problem = Bad("the path has dot segments or empty ones; write it without");
            return false;
        }

        var read = new Dictionary<string, string>();
        for (int index = 0; index < segments.Length; index++)
        {
            if (!PercentEncoding.TryDecode(segments[index], out string? segment))
            {
                problem = Bad("the path has a % that begins no UTF-8; encode it as %25");
                return false;
            }

            if (pattern[index].Parts[0] is RoutePatternParameterPart parameter)
            {
                read.Add(parameter.Name, segment);
            }
            else if (!segment.Equals(((RoutePatternLiteralPart)pattern[index].Parts[0]).Content, StringComparison.OrdinalIgnoreCase))
            {
                problem = Bad("the path has dot segments; write it without");
                return false;
            }
        }

        values = read;
        return true;
    }

    /// <summary>The segments of a target as they were written, still encoded.</summary>
    public static string[] Segments(HttpContext context) => Path(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget).Split('/');

    private static Problem Bad(string detail) => new(ProblemReason.Path, StatusCodes.Status400BadRequest, detail, "path");

    // A target is a path, or (for proxies, but allowed for every caller) a complete URI.
    private static string Path(string target)
    {
        int query = target.IndexOf('?');
        string path = query < 0 ? target : target[..query];
        int authority = path.StartsWith('/') ? -1 : path.IndexOf("://", StringComparison.Ordinal);
        return (authority < 0 ? path : path[Math.Max(0, path.IndexOf('/', authority + 3))..]).Trim('/');
    }
}
