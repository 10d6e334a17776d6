using System.Diagnostics.CodeAnalysis;

namespace OrleansLimiter.Policies;

/// <summary>What holds for every header that a policy reads.</summary>
internal static class HeaderValues
{
    /// <summary>
    /// Why a value with a comma is refused. A proxy may join a header that comes twice into one (RFC 9110, section 5.3), so
    /// it would be another identity depending on the proxies in between.
    /// </summary>
    public const string Comma = "it has a comma, as if two headers had been joined; send one value without a comma";

    // Fields of RFC 9110, RFC 9111 and RFC 6265 in whose own syntax a comma may occur.
    private static readonly HashSet<string> WithCommas = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Authorization", "Cache-Control", "Cookie", "Referer", "User-Agent",
    };

    /// <summary>Whether a comma is part of the syntax of a standard field.</summary>
    public static bool MayHaveCommas(string header) => WithCommas.Contains(header);

    /// <summary>Finds a header that has one value.</summary>
    /// <param name="headers">The headers.</param>
    /// <param name="name">The header's name.</param>
    /// <param name="value">Its value; null if the request has no such header or there is an error.</param>
    /// <param name="error">The error, to follow its name; null if there is none.</param>
    /// <returns>Whether there is a value.</returns>
    public static bool TryFind<THeaders>(THeaders headers, string name, [NotNullWhen(true)] out string? value, out string? error)
        where THeaders : struct, IHeaderReader
    {
        error = headers.Find(name, out value) switch
        {
            HeaderPresence.Repeated => "it comes more than once; send one",
            HeaderPresence.NotUtf8 => "it has bytes that are not UTF-8; send UTF-8",
            _ => null,
        };
        return value is not null;
    }
}
