using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace OrleansLimiter.Http;

/// <summary>Authorizes calls of administration: by the token or, if no token is set, from this machine only.</summary>
/// <remarks>
/// Users sign in to pages (the dashboard) with the token as their password. A browser then sends it with every request, including
/// requests that other pages cause, so basic authentication only allows reading.
/// </remarks>
internal sealed class AdminGuard(IOptions<LimiterHttpOptions> options, Problems problems)
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";

    private static readonly StringValues CallChallenge = "Bearer realm=\"limiter\"";
    private static readonly StringValues PageChallenge = new((string[])[CallChallenge!, "Basic realm=\"limiter\", charset=\"UTF-8\""]);

    // Hashes are compared, so that the duration discloses neither the content nor the length of the token.
    private readonly byte[]? _token = string.IsNullOrEmpty(options.Value.AdminToken) ? null : Hash(options.Value.AdminToken);

    /// <summary>Returns an endpoint that refuses unauthorized calls.</summary>
    public RequestDelegate Protect(RequestDelegate call) =>
        context => Refuse(context) is { } problem ? problems.WriteAsync(context, problem) : call(context);

    private Problem? Refuse(HttpContext context)
    {
        // Routing ensures this too. The check is repeated so that an error there does not give access.
        if (context.Features.Get<ConnectionOrigin>()?.Listener != Listeners.Administration)
        {
            return new(ProblemReason.NotFound, "there is no such call on this address");
        }

        if (_token is null)
        {
            // A web page may use a host name that resolves to 127.0.0.1. The browser then sends that name (DNS rebinding).
            return IsLoopback(context.Request.Host.Host)
                ? null
                : new(ProblemReason.Host, "without an admin token the Host header must be localhost or a loopback address", "Host");
        }

        string? credentials = context.Request.Headers.Authorization;
        bool reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        bool isValid = TokenIn(credentials, out bool isPassword) is { } token
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(token), _token);
        return isValid && (reads || !isPassword) ? null : Challenge(context, reads && AcceptsHtml(context), credentials, isValid);
    }

    private static Problem Challenge(HttpContext context, bool isPage, string? credentials, bool isValid)
    {
        context.Response.Headers.WWWAuthenticate = isPage ? PageChallenge : CallChallenge;
        return new(
            ProblemReason.Credentials,
            isValid ? "basic authentication allows reading only; this call requires 'Authorization: Bearer' with the admin token"
            : credentials is not null ? "this is not the admin token"
            : isPage ? "sign in with any user name, and the admin token as the password"
            : "this address requires 'Authorization: Bearer' with the admin token",
            "Authorization");
    }

    private static bool AcceptsHtml(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static byte[]? TokenIn(string? credentials, out bool isPassword)
    {
        isPassword = credentials?.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) == true;
        if (isPassword)
        {
            byte[] pair = new byte[credentials!.Length];
            return Convert.TryFromBase64String(credentials[Basic.Length..].Trim(' '), pair, out int length)
                && pair.AsSpan(0, length).IndexOf((byte)':') is >= 0 and int colon
                ? pair[(colon + 1)..length]
                : null;
        }

        return credentials?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true
            ? Encoding.UTF8.GetBytes(credentials[Bearer.Length..].Trim(' '))
            : null;
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
