using System.Text;

namespace OrleansLimiter.Policies;

/// <summary>Writes a decoded path with the necessary escapes.</summary>
internal static class PathWriter
{
    /// <summary>Writes a path of <see cref="PathDecoder"/>. Returns false if it does not fit.</summary>
    public static bool TryWrite(ReadOnlySpan<char> text, Span<char> destination, out int written)
    {
        written = 0;
        while (!text.IsEmpty)
        {
            int plain = PathCharacters.PlainLength(text);
            if (!text[..plain].TryCopyTo(destination[written..]))
            {
                return false;
            }

            written += plain;
            text = text[plain..];
            if (!text.IsEmpty)
            {
                _ = Rune.DecodeFromUtf16(text, out Rune rune, out int used);
                text = text[used..];
                if (!TryEscape(rune.Value == PathDecoder.KeptSlash ? new('/') : rune, destination, ref written))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool TryEscape(Rune rune, Span<char> destination, ref int written)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (byte value in bytes[..rune.EncodeToUtf8(bytes)])
        {
            if (destination.Length - written < 3)
            {
                return false;
            }

            destination[written] = '%';
            value.TryFormat(destination[(written + 1)..], out _, "X2", CultureInfo.InvariantCulture);
            written += 3;
        }

        return true;
    }
}
