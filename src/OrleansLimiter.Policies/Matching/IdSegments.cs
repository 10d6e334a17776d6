namespace OrleansLimiter.Policies;

/// <summary>
/// Tells the ids of an unlisted path from its words: numbers, UUIDs, ULIDs, hexadecimal of 16 and more characters, what
/// begins with a prefix of the policy, and whatever is too long to be a word.
/// </summary>
/// <param name="prefixes">Prefixes of ids (<c>cha_</c>); case is ignored, because a backend may.</param>
internal sealed class IdSegments(ImmutableArray<string> prefixes)
{
    /// <summary>The longest segment, in normal form, that can be a word.</summary>
    public const int MaxWordLength = 64;

    private const int UuidLength = 36;
    private const int UlidLength = 26;
    private const int MinHexLength = 16;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly SearchValues<char> Crockford =
        SearchValues.Create("0123456789abcdefghjkmnpqrstvwxyzABCDEFGHJKMNPQRSTVWXYZ");

    private readonly ImmutableArray<string> _prefixes = prefixes;

    /// <summary>Whether a segment in normal form is an id.</summary>
    public bool IsId(ReadOnlySpan<char> segment) =>
        segment.Length > MaxWordLength
        || !segment.ContainsAnyExcept(Digits)
        || (segment.Length >= MinHexLength && !segment.ContainsAnyExcept(HexDigits))
        || (segment.Length == UlidLength && !segment.ContainsAnyExcept(Crockford))
        || IsUuid(segment)
        || HasPrefix(segment);

    private static bool IsUuid(ReadOnlySpan<char> segment) =>
        segment.Length == UuidLength && Guid.TryParseExact(segment, "D", out _);

    private bool HasPrefix(ReadOnlySpan<char> segment)
    {
        foreach (string prefix in _prefixes)
        {
            if (segment.Length > prefix.Length && segment.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
