using Microsoft.AspNetCore.Http.Features;

namespace OrleansLimiter.Http;

/// <summary>
/// The target of a call with the path of the caller's request, <c>/v1/authorize/{policy}/{path}</c>, as it was sent. The server resolves
/// dot segments and escapes in its own path, so there the caller could choose the policy: <c>/v1/authorize/front/../frontline</c>.
/// </summary>
internal static class AuthorizeTarget
{
    /// <summary>The path of the call, before the name of the policy.</summary>
    public const string Prefix = "/v1/authorize/";

    /// <summary>Reads the target of a request. False if it is another call, or names the policy only.</summary>
    /// <param name="context">The request.</param>
    /// <param name="policy">The name of the policy.</param>
    /// <param name="uri">The caller's path and query. The path has at least its first slash.</param>
    public static bool TryRead(HttpContext context, out ReadOnlySpan<char> policy, out ReadOnlySpan<char> uri)
    {
        ReadOnlySpan<char> path = PathOf(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        policy = uri = [];
        if (!path.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        path = path[Prefix.Length..];
        int end = path.IndexOfAny('/', '?');
        if (end <= 0 || path[end] == '?')
        {
            return false;
        }

        policy = path[..end];
        uri = path[end..];
        return true;
    }

    // A target is a path or, from some proxies, an absolute URI.
    private static ReadOnlySpan<char> PathOf(string target)
    {
        if (target.StartsWith('/'))
        {
            return target;
        }

        int authority = target.IndexOf("://", StringComparison.Ordinal);
        int path = authority < 0 ? -1 : target.IndexOf('/', authority + 3);
        return path < 0 ? [] : target.AsSpan(path);
    }
}
