using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;

namespace OrleansLimiter.Http;

/// <summary>
/// Reads the values of a route from the request target as it was sent. In the server's path, dot segments are removed and all escapes
/// except <c>%2F</c> are decoded, so that <c>a%2Fb</c> and <c>a%252Fb</c>, which are two accounts, look the same.
/// </summary>
internal static class RawRoute
{
    /// <summary>Reads the values of the matched pattern's parameters. Each is one segment, decoded once.</summary>
    public static Problem? Read(HttpContext context, out IReadOnlyDictionary<string, string> values)
    {
        var read = new Dictionary<string, string>();
        values = read;
        IReadOnlyList<RoutePatternPathSegment> pattern = ((RouteEndpoint)context.GetEndpoint()!).RoutePattern.PathSegments;
        string[] segments = Segments(context);
        if (segments.Length != pattern.Count)
        {
            return Bad("the path has dot segments or empty segments; remove them");
        }

        for (int index = 0; index < segments.Length; index++)
        {
            if (!PercentEncoding.TryDecode(segments[index], out string? segment))
            {
                return Bad("the path has an invalid escape; it must be percent-encoded UTF-8, in which % is %25");
            }

            if (pattern[index].Parts[0] is RoutePatternParameterPart parameter)
            {
                read.Add(parameter.Name, segment);
            }
            else if (!segment.Equals(((RoutePatternLiteralPart)pattern[index].Parts[0]).Content, StringComparison.OrdinalIgnoreCase))
            {
                return Bad("the path has dot segments; remove them");
            }
        }

        return null;
    }

    /// <summary>Returns the segments of a target as they were sent, still encoded.</summary>
    public static string[] Segments(HttpContext context) =>
        Path(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget).Split('/');

    private static Problem Bad(string detail) => new(ProblemReason.Path, detail, "path");

    // A target is a path or, usually from proxies, an absolute URI.
    private static string Path(string target)
    {
        string path = target.Split('?')[0];
        int authority = path.StartsWith('/') ? -1 : path.IndexOf("://", StringComparison.Ordinal);
        return (authority < 0 ? path : path[Math.Max(0, path.IndexOf('/', authority + 3))..]).Trim('/');
    }
}
