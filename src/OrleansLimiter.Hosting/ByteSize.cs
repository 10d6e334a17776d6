using System.Globalization;

namespace OrleansLimiter.Hosting;

/// <summary>Converts a number of bytes from and to text.</summary>
internal static class ByteSize
{
    private static readonly (string Suffix, int Shift)[] s_units = [("GiB", 30), ("MiB", 20), ("KiB", 10), ("", 0)];

    /// <summary>Parses a whole number with a unit, <c>KiB</c>, <c>MiB</c> or <c>GiB</c>, or without one for bytes.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        foreach ((string suffix, int shift) in s_units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal))
            {
                ReadOnlySpan<char> number = text.AsSpan(0, text.Length - suffix.Length);
                bool valid = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out bytes)
                    && bytes <= long.MaxValue >> shift;
                bytes = valid ? bytes << shift : 0;
                return valid;
            }
        }

        bytes = 0;
        return false;
    }

    /// <summary>Formats bytes with the largest unit of which they are a multiple.</summary>
    public static string Format(long bytes)
    {
        (string suffix, int shift) = s_units.First(unit => bytes > 0 && bytes % (1L << unit.Shift) == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{bytes >> shift}{suffix}");
    }
}
