namespace OrleansLimiter.Policies;

/// <summary>
/// Distinguishes ids from words in the segments of an unlisted path. Ids are numbers, UUIDs, ULIDs, hexadecimal text of 16 or more
/// characters, text with a prefix of the policy, and text that is too long for a word.
/// </summary>
/// <param name="prefixes">Prefixes of ids (<c>cha_</c>). Case is ignored, because the server can ignore it.</param>
internal sealed class IdSegments(ImmutableArray<string> prefixes)
{
    private const int MaxWordLength = 64;

    // Not ContainsAnyExceptInRange: it allocates until the JIT has optimized it.
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");
    private const int UuidLength = 36;
    private const int UlidLength = 26;
    private const int MinHexLength = 16;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly SearchValues<char> Crockford =
        SearchValues.Create("0123456789abcdefghjkmnpqrstvwxyzABCDEFGHJKMNPQRSTVWXYZ");

    /// <summary>Whether a segment in normal form is an id.</summary>
    public bool IsId(ReadOnlySpan<char> segment) =>
        segment.Length > MaxWordLength
        || !segment.ContainsAnyExcept(Digits)
        || (segment.Length >= MinHexLength && !segment.ContainsAnyExcept(HexDigits))
        || (segment.Length == UlidLength && !segment.ContainsAnyExcept(Crockford))
        || (segment.Length == UuidLength && Guid.TryParseExact(segment, "D", out _))
        || HasPrefix(segment);

    private bool HasPrefix(ReadOnlySpan<char> segment)
    {
        foreach (string prefix in prefixes)
        {
            if (segment.Length > prefix.Length && segment.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
