using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace OrleansLimiter.Http;

/// <summary>Who may use administration: whoever has the token; where there is none, whoever is on this machine.</summary>
internal sealed class AdminGuard(IOptions<LimiterHttpOptions> options, Problems problems)
{
    private const string Scheme = "Bearer ";

    // Hashes are compared, so that neither content nor length of the token shows in the time that it takes.
    private readonly byte[]? _token = string.IsNullOrEmpty(options.Value.AdminToken) ? null : Hash(options.Value.AdminToken);

    /// <summary>Wraps a call of administration.</summary>
    public RequestDelegate Protect(RequestDelegate call) =>
        context => Refuse(context) is { } problem ? problems.AnswerAsync(context, problem) : call(context);

    private Problem? Refuse(HttpContext context)
    {
        // Routing has seen to this already; a mistake there must not open the door.
        if (context.Features.Get<ConnectionOrigin>()?.Listener != Listeners.Administration)
        {
            return new(ProblemReason.NotFound, StatusCodes.Status404NotFound, "there is no such call on this address");
        }

        if (_token is null)
        {
            // A web page may have its own name resolve to 127.0.0.1 and then call as if from this machine: its
            // browser still says that name.
            return IsLoopback(context.Request.Host.Host)
                ? null
                : new(
                    ProblemReason.Host,
                    StatusCodes.Status403Forbidden,
                    "without an admin token the Host header must be localhost or a loopback address",
                    "Host");
        }

        string? credentials = context.Request.Headers.Authorization;
        if (credentials is not null && credentials.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Hash(credentials[Scheme.Length..].Trim(' ')), _token))
        {
            return null;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"limiter\"";
        return new(
            ProblemReason.Credentials,
            StatusCodes.Status401Unauthorized,
            credentials is null ? "this address wants 'Authorization: Bearer' and the admin token" : "this is not the admin token",
            "Authorization");
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
