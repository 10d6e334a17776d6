using System.Net;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace OrleansLimiter.Http;

/// <summary>Reads method, path and caller of a request from the headers that a proxy sends.</summary>
internal static class ForwardedRequest
{
    private const string ForwardedMethod = "X-Forwarded-Method";
    private const string OriginalMethod = "X-Original-Method";
    private const string ForwardedUri = "X-Forwarded-Uri";
    private const string OriginalUri = "X-Original-URI";

    /// <summary>Reads the method, and the header that contains it: <c>X-Forwarded-Method</c> or <c>X-Original-Method</c>.</summary>
    public static Problem? Method(IHeaderDictionary headers, out string method, out string header) =>
        One(headers, ForwardedMethod, OriginalMethod, out method, out header);

    /// <summary>Reads path and query, and the header that contains them: <c>X-Forwarded-Uri</c> or <c>X-Original-URI</c>.</summary>
    public static Problem? Uri(IHeaderDictionary headers, out string uri, out string header)
    {
        if (One(headers, ForwardedUri, OriginalUri, out uri, out header) is { } problem)
        {
            return problem;
        }

        // Only the path is checked. No policy reads the query, which may contain anything.
        int query = uri.IndexOf('?');
        if ((query < 0 ? uri : uri.AsSpan(0, query)).ContainsAny(' ', '\t'))
        {
            return Bad(
                $"the path in {header} has white space, as if two values were joined; the proxy must replace the caller's header", header);
        }

        if (Ascii.IsValid(uri))
        {
            return null;
        }

        if (HeaderText.TryDecode(query < 0 ? uri : uri[..query], out string? path))
        {
            uri = path;
            return null;
        }

        return Bad($"the path in {header} has bytes that are not UTF-8; send UTF-8, or percent-encode them", header);
    }

    /// <summary>
    /// Returns the caller's address: the remote address of the connection or, if that is a trusted proxy, the address that it
    /// forwards. The remote address is that of the connection itself, because other middleware may change that of the request.
    /// </summary>
    public static IPAddress? Caller(HttpContext context, TrustedProxies proxies)
    {
        IPAddress? connection = ConnectionOrigin.Of(context)?.RemoteAddress ?? context.Connection.RemoteIpAddress;
        StringValues forwarded = context.Request.Headers["X-Forwarded-For"];
        return connection is null ? null
            : forwarded.Count == 0 ? connection
            : forwarded.Count == 1 ? proxies.Resolve(connection, [forwarded[0]])
            : proxies.Resolve(connection, forwarded.ToArray());
    }

    private static Problem? One(IHeaderDictionary headers, string forwarded, string original, out string value, out string header)
    {
        value = "";
        bool isForwarded = Has(headers, forwarded, out StringValues values);
        bool isOriginal = Has(headers, original, out StringValues others);
        header = isForwarded ? forwarded : original;
        if (isForwarded && isOriginal && others != values)
        {
            // A proxy sets one of the two, and may pass on the other one as the caller sent it.
            return Bad($"{forwarded} and {original} are both present and differ; the proxy must send only one of them", header);
        }

        values = isForwarded ? values : others;
        value = values.Count == 1 ? values[0]! : "";
        return values.Count switch
        {
            0 => Bad($"the proxy must send {forwarded} (or {original}) of the request", forwarded),
            1 => null,
            _ => Bad($"{header} is present {values.Count} times; the proxy must send it once, and replace the caller's header", header),
        };
    }

    // An empty header counts as omitted: some proxies cannot remove a header, but only make it empty.
    private static bool Has(IHeaderDictionary headers, string name, out StringValues values)
    {
        if (headers.TryGetValue(name, out values) && (values.Count != 1 || !string.IsNullOrEmpty(values[0])))
        {
            return true;
        }

        values = default;
        return false;
    }

    public static Problem Bad(string detail, string? header) => new(ProblemReason.Header, detail, header);
}
