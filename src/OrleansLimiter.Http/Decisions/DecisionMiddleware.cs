using Microsoft.AspNetCore.Http;

namespace OrleansLimiter.Http;

/// <summary>
/// Serves the decision calls before routing, because routing would cost as much as the decision. A path or method in another spelling
/// (another case, a trailing slash, another method) continues to routing, where the same calls are mapped.
/// </summary>
internal sealed class DecisionMiddleware(RequestDelegate next, CheckCalls checks, AuthorizeCall authorize)
{
    private const string Check = "/v1/check";
    private const string CheckBatch = "/v1/check/batch";
    private const string Authorize = "/v1/authorize/";

    public Task InvokeAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "";
        if (!path.StartsWith("/v1/", StringComparison.Ordinal) || ConnectionOrigin.Of(context)?.Listener == Listeners.Administration)
        {
            return ElsewhereAsync(context);
        }

        if (PolicyIn(path) is { IsEmpty: false } policy)
        {
            return authorize.AuthorizeAsync(context, policy);
        }

        return !HttpMethods.IsPost(context.Request.Method) ? ElsewhereAsync(context)
            : path == Check ? checks.CheckAsync(context)
            : path == CheckBatch ? checks.BatchAsync(context)
            : ElsewhereAsync(context);
    }

    /// <summary>The name in the log of a request that this middleware serves; null for other requests.</summary>
    public static string? NameOf(HttpContext context) => context.Request.Path.Value switch
    {
        Check => "HTTP: POST " + Check,
        CheckBatch => "HTTP: POST " + CheckBatch,
        { } path when !PolicyIn(path).IsEmpty => "HTTP: " + Authorize + "{policy}",
        _ => null,
    };

    private static ReadOnlySpan<char> PolicyIn(string path)
    {
        ReadOnlySpan<char> policy = path.StartsWith(Authorize, StringComparison.Ordinal) ? path.AsSpan(Authorize.Length) : [];
        return policy.Contains('/') ? [] : policy;
    }

    // A host may serve requests on the threads of its sockets. A decision does not block these threads; other calls may.
    private async Task ElsewhereAsync(HttpContext context)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await next(context);
    }
}
