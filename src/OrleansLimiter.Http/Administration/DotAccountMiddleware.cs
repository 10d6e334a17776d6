namespace OrleansLimiter.Http;

/// <summary>
/// Enables routing of calls for the accounts <c>.</c> and <c>..</c>, sent as <c>%2E</c> and <c>%2E%2E</c>. The server removes them
/// from the path that routing uses. <see cref="RawRoute"/> reads the account from the target as it was sent.
/// </summary>
internal sealed class DotAccountMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (ConnectionOrigin.Of(context)?.Listener == Listeners.Administration && Path(RawRoute.Segments(context)) is { } path)
        {
            context.Request.Path = path;
        }

        return next(context);
    }

    // A dot that is not encoded is a dot segment (RFC 3986), not an account.
    private static string? Path(string[] segments) =>
        segments is [var version, var accounts, var account, .. var rest]
        && version.Equals("v1", StringComparison.OrdinalIgnoreCase)
        && accounts.Equals("accounts", StringComparison.OrdinalIgnoreCase)
        && account.Contains('%')
        && PercentEncoding.TryDecode(account, out string? name)
        && name is "." or ".."
            ? $"/v1/accounts/{AccountTarget.InQuery}{string.Concat(rest.Select(segment => "/" + segment))}"
            : null;
}
