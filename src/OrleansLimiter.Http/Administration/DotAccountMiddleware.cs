using Microsoft.AspNetCore.Http;

namespace OrleansLimiter.Http;

/// <summary>
/// Lets routing find the calls of the accounts <c>.</c> and <c>..</c>, sent as <c>%2E</c> and <c>%2E%2E</c>. The server resolves
/// them in the path that routing sees; <see cref="RawRoute"/> reads the account from the target as it was sent.
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

    // A dot that is not encoded is what RFC 3986 says, a step in the path; no client sends it for anything else.
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
