using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace OrleansLimiter.Http;

/// <summary>Decodes parts of a URI once, and only what is UTF-8.</summary>
internal static class PercentEncoding
{
    /// <summary>Decodes a part; false if an escape is none, or the bytes are not UTF-8.</summary>
    public static bool TryDecode(string encoded, [NotNullWhen(true)] out string? text)
    {
        if (!encoded.Contains('%'))
        {
            text = encoded;
            return true;
        }

        text = null;
        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(encoded.Length)];
        int length = 0;
        for (int index = 0; index < encoded.Length; index++)
        {
            if (encoded[index] != '%')
            {
                length += Encoding.UTF8.GetBytes(encoded.AsSpan(index, 1), bytes.AsSpan(length));
            }
            else if (index + 2 < encoded.Length && char.IsAsciiHexDigit(encoded[index + 1]) && char.IsAsciiHexDigit(encoded[index + 2]))
            {
                bytes[length++] = Convert.FromHexString(encoded.AsSpan(index + 1, 2))[0];
                index += 2;
            }
            else
            {
                return false;
            }
        }

        text = Utf8.IsValid(bytes.AsSpan(0, length)) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
        return text is not null;
    }
}
