using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace OrleansLimiter.Http;

/// <summary>
/// Decodes the text of request headers. The server decodes headers as Latin-1, so that it does not reject bytes in headers that the
/// limiter does not read (RFC 9110, section 5.5). Headers that the limiter reads must be UTF-8.
/// </summary>
internal static class HeaderText
{
    /// <summary>The encoding with which the server decodes headers. It is lossless and accepts all bytes.</summary>
    public static Encoding ServerEncoding => Encoding.Latin1;

    private const char LastOfLatin1 = '\u00FF';
    private const int MaxOnStack = 512;

    /// <summary>Decodes a header as UTF-8. ASCII, the usual case, is not copied.</summary>
    /// <param name="value">The header as the server decoded it.</param>
    /// <param name="text">The text; null if the bytes are not UTF-8.</param>
    public static bool TryDecode(string value, [NotNullWhen(true)] out string? text)
    {
        if (Ascii.IsValid(value))
        {
            text = value;
            return true;
        }

        // A character beyond Latin-1 is not a received byte. Code in this process has set the header.
        text = null;
        return !value.AsSpan().ContainsAnyExceptInRange('\0', LastOfLatin1) && TryDecodeBytes(value, out text);
    }

    private static bool TryDecodeBytes(string value, [NotNullWhen(true)] out string? text)
    {
        Span<byte> bytes = value.Length <= MaxOnStack ? stackalloc byte[value.Length] : new byte[value.Length];
        ServerEncoding.GetBytes(value, bytes);
        text = Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
        return text is not null;
    }
}
