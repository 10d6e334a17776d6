using System.Globalization;
using System.Text;

namespace OrleansLimiter.Policies.Matching;

/// <summary>Writes a decoded path with the escapes that it needs.</summary>
internal static class PathWriter
{
    /// <summary>Writes a path; false where it does not fit.</summary>
    /// <param name="text">A path as <see cref="PathDecoder"/> leaves it.</param>
    /// <param name="destination">Where it is written.</param>
    /// <param name="written">How many characters were written.</param>
    public static bool TryWrite(ReadOnlySpan<char> text, Span<char> destination, out int written)
    {
        Span<byte> bytes = stackalloc byte[4];
        written = 0;
        foreach (Rune each in text.EnumerateRunes())
        {
            bool isSlash = each.Value == PathDecoder.KeptSlash;
            int count = isSlash || !(each.Value == '/' || PathCharacters.IsUnescaped(each))
                ? (isSlash ? new Rune('/') : each).EncodeToUtf8(bytes)
                : 0;
            if (destination.Length - written < Math.Max(1, 3 * count))
            {
                return false;
            }

            if (count == 0)
            {
                destination[written++] = (char)each.Value;
            }

            foreach (byte value in bytes[..count])
            {
                destination[written] = '%';
                value.TryFormat(destination[(written + 1)..], out _, "X2", CultureInfo.InvariantCulture);
                written += 3;
            }
        }

        return true;
    }
}
