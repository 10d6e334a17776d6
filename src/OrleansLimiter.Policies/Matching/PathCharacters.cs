using System.Text;

namespace OrleansLimiter.Policies;

/// <summary>Reads the characters of a path (RFC 3986, section 3.3).</summary>
internal static class PathCharacters
{
    // Without '.' and ';', which can have a special meaning.
    private const string Literal = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_~!$&'()*+,=:@";

    /// <summary>Slashes, and the characters of segments that need no escape and have no special meaning.</summary>
    public static SearchValues<char> Plain { get; } = SearchValues.Create(Literal + "/");

    /// <summary><see cref="Plain"/> and semicolons.</summary>
    public static SearchValues<char> PlainAndSemicolon { get; } = SearchValues.Create(Literal + "/;");

    /// <summary><see cref="Plain"/> and dots.</summary>
    public static SearchValues<char> PlainAndDot { get; } = SearchValues.Create(Literal + "/.");

    /// <summary><see cref="Plain"/>, semicolons and dots.</summary>
    public static SearchValues<char> PlainAndBoth { get; } = SearchValues.Create(Literal + "/;.");

    /// <summary>Returns how many characters at the beginning of a text are in <see cref="PlainAndBoth"/>.</summary>
    public static int PlainLength(ReadOnlySpan<char> text) =>
        text.IndexOfAnyExcept(PlainAndBoth) is >= 0 and int odd ? odd : text.Length;

    /// <summary>
    /// Whether a character has no width and is ignored by collations of databases: formats (category Cf, such as U+200B and U+FEFF), the
    /// grapheme joiner and variation selectors.
    /// </summary>
    public static bool IsIgnorable(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format
        || rune.Value is 0x34F or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);

    /// <summary>Returns the index of the first escape, <c>%</c> and two hexadecimal digits; -1 if there is none.</summary>
    public static int IndexOfEscape(ReadOnlySpan<char> text)
    {
        for (int at = text.IndexOf('%'), next = at; next >= 0; at += next + 1)
        {
            if (IsEscape(text[at..]))
            {
                return at;
            }

            next = text[(at + 1)..].IndexOf('%');
        }

        return -1;
    }

    /// <summary>Reads the first character of a text, escaped or not.</summary>
    /// <param name="text">The text; not empty.</param>
    /// <param name="rune">The character.</param>
    /// <param name="used">The length of the character in the text.</param>
    /// <param name="problem">The invalid text, in words; null if there is no error.</param>
    public static bool TryRead(ReadOnlySpan<char> text, out Rune rune, out int used, [NotNullWhen(false)] out string? problem)
    {
        if (text[0] == '%')
        {
            return TryReadEscaped(text, out rune, out used, out problem);
        }

        problem = Rune.DecodeFromUtf16(text, out rune, out used) == OperationStatus.Done ? null : "an unpaired surrogate";
        return problem is null;
    }

    private static bool TryReadEscaped(ReadOnlySpan<char> text, out Rune rune, out int used, [NotNullWhen(false)] out string? problem)
    {
        Span<byte> bytes = stackalloc byte[4];
        var status = OperationStatus.NeedMoreData;
        int count = 0;
        rune = default;
        while (status == OperationStatus.NeedMoreData && count < bytes.Length && TryReadByte(text, count, out bytes[count]))
        {
            status = Rune.DecodeFromUtf8(bytes[..++count], out rune, out _);
        }

        used = count * 3;
        problem = status == OperationStatus.Done ? null
            : count == 0 ? "a % that is not followed by two hexadecimal digits (a percent sign itself is %25)"
            : "escapes that are not valid UTF-8";
        return problem is null;
    }

    private static bool TryReadByte(ReadOnlySpan<char> text, int index, out byte value)
    {
        int at = index * 3;
        bool isEscape = at < text.Length && IsEscape(text[at..]);
        value = isEscape ? byte.Parse(text.Slice(at + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) : default;
        return isEscape;
    }

    /// <summary>Whether a text begins with <c>%</c> and two hexadecimal digits.</summary>
    public static bool IsEscape(ReadOnlySpan<char> text) =>
        text.Length > 2 && text[0] == '%' && char.IsAsciiHexDigit(text[1]) && char.IsAsciiHexDigit(text[2]);
}
