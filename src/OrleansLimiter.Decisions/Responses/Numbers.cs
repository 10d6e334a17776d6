using System.Globalization;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>
/// The decimal texts of numbers, kept between responses: small ones for good, others (windows, large limits,
/// seconds since 1970) one per slot. Racing writers at worst make a text twice.
/// </summary>
internal static class Numbers
{
    // Beyond the permits of most limits; a third of a megabyte when every one of them has been said.
    private const int Small = 8_192;

    // A power of two, and more than the seconds of a quarter of an hour: the reset times of usual windows fit.
    private const int Slots = 1024;

    private static readonly string?[] SmallTexts = new string?[Small];
    private static readonly Entry?[] Recent = new Entry?[Slots];

    /// <summary>The text of <paramref name="value"/>, in ASCII digits.</summary>
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
