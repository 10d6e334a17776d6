using System.Globalization;

namespace OrleansLimiter.Decisions;

/// <summary>
/// A cache of the decimal texts of numbers: all small numbers, and for each slot one larger number (windows, large limits, seconds
/// since 1970). Two threads that write at the same time only create a text twice.
/// </summary>
internal static class Numbers
{
    // More than the permits of most limits. All texts together need about 350 KB.
    private const int Small = 8_192;

    // A power of two, and more than the seconds of 15 minutes, so that the reset times of usual windows fit.
    private const int Slots = 1024;

    private static readonly string?[] SmallTexts = new string?[Small];
    private static readonly Entry?[] Recent = new Entry?[Slots];

    public static string Text(long value)
    {
        if ((ulong)value < Small)
        {
            return SmallTexts[value] ??= value.ToString(CultureInfo.InvariantCulture);
        }

        ref var slot = ref Recent[value & (Slots - 1)];
        var entry = Volatile.Read(ref slot);
        if (entry is null || entry.Value != value)
        {
            entry = new(value, value.ToString(CultureInfo.InvariantCulture));
            Volatile.Write(ref slot, entry);
        }

        return entry.Text;
    }

    private sealed record Entry(long Value, string Text);
}
