using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http;

/// <summary>What a proxy says about the request that it holds.</summary>
internal static class ForwardedRequest
{
    private const string ForwardedMethod = "X-Forwarded-Method";
    private const string OriginalMethod = "X-Original-Method";
    private const string ForwardedUri = "X-Forwarded-Uri";
    private const string OriginalUri = "X-Original-URI";

    /// <summary>Its method, from <c>X-Forwarded-Method</c> or <c>X-Original-Method</c>.</summary>
    public static Problem? Method(IHeaderDictionary headers, out string method) =>
        One(headers, ForwardedMethod, OriginalMethod, out method);

    /// <summary>The header that brought the method.</summary>
    public static string MethodName(IHeaderDictionary headers) => Used(headers, ForwardedMethod, OriginalMethod);

    /// <summary>Its path and query, from <c>X-Forwarded-Uri</c> or <c>X-Original-URI</c>.</summary>
    public static Problem? Uri(IHeaderDictionary headers, out string uri)
    {
        if (One(headers, ForwardedUri, OriginalUri, out uri) is { } problem)
        {
            return problem;
        }

        // No policy reads the query, in which callers may write anything.
        int query = uri.IndexOf('?');
        if ((query < 0 ? uri : uri.AsSpan(0, query)).ContainsAny(' ', '\t'))
        {
            string joined = UriName(headers);
            return Bad(
                $"the path in {joined} has white space, as if two values were joined; the proxy must send one request target, in place of what the caller sent",
                joined);
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

        string name = UriName(headers);
        return Bad($"the path in {name} has bytes that are not UTF-8; send UTF-8, or percent-encode them", name);
    }

    /// <summary>The header that brought path and query.</summary>
    public static string UriName(IHeaderDictionary headers) => Used(headers, ForwardedUri, OriginalUri);

    /// <summary>
    /// The caller's address: who opened the connection or, where that is a trusted proxy, whom it speaks for. The
    /// connection itself is asked, not the request, which other middleware may have rewritten.
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

    private static Problem? One(IHeaderDictionary headers, string name, string other, out string value)
    {
        value = "";
        bool isFirst = Has(headers, name, out StringValues values);
        bool isOther = Has(headers, other, out StringValues others);
        if (isFirst && isOther && others != values)
        {
            // A proxy sets the pair that it knows, and lets pass what the caller sent as the other.
            return Bad($"{name} and {other} both come and differ; the proxy must send one of them and drop the caller's", name);
        }

        values = isFirst ? values : others;
        string used = isFirst ? name : other;
        value = values.Count == 1 ? values[0]! : "";
        return values.Count switch
        {
            0 => Bad($"the proxy must send {name} (or {other}) of the request that it asks about", name),
            1 => null,
            _ => Bad($"{used} comes {values.Count} times; the proxy must send it once, in place of what the caller sent", used),
        };
    }

    private static string Used(IHeaderDictionary headers, string name, string other) => Has(headers, name, out _) ? name : other;

    // An empty one is one that is not sent: some proxies cannot drop a header, only empty it.
    private static bool Has(IHeaderDictionary headers, string name, out StringValues values)
    {
        if (headers.TryGetValue(name, out values) && (values.Count != 1 || !string.IsNullOrEmpty(values[0])))
        {
            return true;
        }

        values = default;
        return false;
    }

    public static Problem Bad(string detail, string? header) =>
        new(ProblemReason.Header, StatusCodes.Status400BadRequest, detail, header);
}
