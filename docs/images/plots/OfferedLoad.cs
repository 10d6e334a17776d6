namespace OrleansLimiter.Plots;

/// <summary>
/// The requests of every plot: one that opens a window, two bursts around the moment at which that window closes,
/// twice the permitted rate for a while, and calm again.
/// </summary>
internal static class OfferedLoad
{
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(40);

    public static IReadOnlyList<Instant> Times { get; } =
    [
        .. Every(from: 2_000, until: 2_001, step: 1_000),
        .. Every(from: 11_000, until: 12_000, step: 40),
        .. Every(from: 12_200, until: 13_200, step: 40),
        .. Every(from: 20_000, until: 32_000, step: 250),
        .. Every(from: 33_000, until: 40_000, step: 1_000),
    ];

    private static IEnumerable<Instant> Every(int from, int until, int step)
    {
        for (int milliseconds = from; milliseconds < until; milliseconds += step)
        {
            yield return new(milliseconds * TimeSpan.TicksPerMillisecond);
        }
    }
}
