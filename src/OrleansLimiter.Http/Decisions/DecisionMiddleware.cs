namespace OrleansLimiter.Http;

/// <summary>
/// Serves decisions before routing, because routing would take as long as the decision. Other spellings of a path (another case, a
/// trailing slash) and other methods continue to routing, where the same calls are mapped.
/// </summary>
internal sealed class DecisionMiddleware(RequestDelegate next, CheckCalls checks, AuthorizeCall authorize)
{
    private const string Check = "/v1/check";
    private const string CheckBatch = "/v1/check/batch";

    public Task InvokeAsync(HttpContext context)
    {
        ConnectionOrigin? origin = ConnectionOrigin.Of(context);
        origin?.Activity.OnRequest(Environment.TickCount64);
        if (origin?.Listener == Listeners.Administration)
        {
            return ElsewhereAsync(context);
        }

        if (origin?.Listener == Listeners.Grpc)
        {
            return next(context); // HTTP/2 does not run on the threads of the sockets
        }

        // Before the server's path, which a caller can make that of another call: /v1/authorize/front/../../check.
        if (AuthorizeTarget.TryRead(context, out ReadOnlySpan<char> policy, out ReadOnlySpan<char> uri))
        {
            return authorize.AuthorizeAsync(context, policy, uri);
        }

        string path = context.Request.Path.Value ?? "";
        policy = PolicyIn(path);
        if (!policy.IsEmpty)
        {
            return authorize.AuthorizeAsync(context, policy, uri: []);
        }

        return !HttpMethods.IsPost(context.Request.Method) ? ElsewhereAsync(context)
            : path == Check ? checks.CheckAsync(context)
            : path == CheckBatch ? checks.BatchAsync(context)
            : ElsewhereAsync(context);
    }

    /// <summary>Returns the name of the call in the log; null if this middleware does not serve the request.</summary>
    public static string? NameOf(HttpContext context) => context.Request.Path.Value switch
    {
        Check => "HTTP: POST " + Check,
        CheckBatch => "HTTP: POST " + CheckBatch,
        _ when AuthorizeTarget.TryRead(context, out _, out _) => "HTTP: " + AuthorizeTarget.Prefix + "{policy}/{path}",
        { } path when !PolicyIn(path).IsEmpty => "HTTP: " + AuthorizeTarget.Prefix + "{policy}",
        _ => null,
    };

    private static ReadOnlySpan<char> PolicyIn(string path)
    {
        ReadOnlySpan<char> policy = path.StartsWith(AuthorizeTarget.Prefix, StringComparison.Ordinal)
            ? path.AsSpan(AuthorizeTarget.Prefix.Length)
            : [];
        return policy.Contains('/') ? [] : policy;
    }

    // The host may run this on a thread of its sockets. Decisions do not block it; other calls may, so they continue on another thread.
    private async Task ElsewhereAsync(HttpContext context)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await next(context);
    }
}
