namespace OrleansLimiter.Policies;

/// <summary>The rules for every header that a policy reads.</summary>
internal static class HeaderValues
{
    /// <summary>
    /// The error for a value with a comma. A proxy may combine repeated headers into one (RFC 9110, section 5.3), so the identity
    /// would depend on the proxies.
    /// </summary>
    public const string Comma = "it has a comma, which can be the result of combined headers; send one value without a comma";

    // Fields of RFC 9110, RFC 9111 and RFC 6265 whose syntax allows a comma.
    private static readonly HashSet<string> WithCommas = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Authorization", "Cache-Control", "Cookie", "Referer",
        "User-Agent",
    };

    /// <summary>Whether a comma is part of the syntax of a standard field.</summary>
    public static bool MayHaveCommas(string header) => WithCommas.Contains(header);

    /// <summary>Finds a header that has one value. An absent header is neither a value nor an error.</summary>
    /// <param name="headers">The headers.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <param name="isHeader">Whether a comma in the value can join two values.</param>
    /// <param name="error">The error; null if there is none.</param>
    public static bool TryFind<THeaders>(
        THeaders headers, string name, [NotNullWhen(true)] out string? value, out bool isHeader, out string? error)
        where THeaders : struct, IHeaderReader
    {
        HeaderPresence presence = headers.Find(name, out value);
        isHeader = presence != HeaderPresence.Given;
        error = presence switch
        {
            HeaderPresence.Repeated => "it occurs more than once; send it once",
            HeaderPresence.NotUtf8 => "it has bytes that are not UTF-8; send UTF-8",
            _ => null,
        };
        return value is not null;
    }
}
