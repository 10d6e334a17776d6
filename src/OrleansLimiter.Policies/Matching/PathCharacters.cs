using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace OrleansLimiter.Policies.Matching;

/// <summary>Characters of a path (RFC 3986, section 3.3), and how they are read.</summary>
internal static class PathCharacters
{
    private const string Segment =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~!$&'()*+,;=:@";

    /// <summary>Slashes, and what stands in a segment without an escape.</summary>
    public static readonly SearchValues<char> Plain = SearchValues.Create(Segment + "/");

    private static readonly SearchValues<char> Unescaped = SearchValues.Create(Segment);

    /// <summary>Whether a character stands in a segment without an escape.</summary>
    public static bool IsUnescaped(Rune rune) => rune.IsAscii && Unescaped.Contains((char)rune.Value);

    /// <summary>Reads the character that a text begins with, escaped or not.</summary>
    /// <param name="text">Not empty.</param>
    /// <param name="rune">The character.</param>
    /// <param name="used">How many chars of the text it takes.</param>
    /// <param name="problem">What is wrong, to be followed by where.</param>
    public static bool TryRead(
        ReadOnlySpan<char> text, out Rune rune, out int used, [NotNullWhen(false)] out string? problem)
    {
        if (text[0] == '%')
        {
            return TryReadEscaped(text, out rune, out used, out problem);
        }

        problem = Rune.DecodeFromUtf16(text, out rune, out used) == OperationStatus.Done ? null : "half a surrogate pair";
        return problem is null;
    }

    private static bool TryReadEscaped(
        ReadOnlySpan<char> text, out Rune rune, out int used, [NotNullWhen(false)] out string? problem)
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
        bool isEscape = at + 2 < text.Length && text[at] == '%'
            && char.IsAsciiHexDigit(text[at + 1]) && char.IsAsciiHexDigit(text[at + 2]);
        value = isEscape ? byte.Parse(text.Slice(at + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) : default;
        return isEscape;
    }
}
