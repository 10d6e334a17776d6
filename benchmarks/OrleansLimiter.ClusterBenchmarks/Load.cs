using System.Diagnostics;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Many callers, each asking again as soon as it has its answer.</summary>
internal static class Load
{
    /// <summary>What came of it.</summary>
    /// <param name="PerSecond">Decisions a second.</param>
    /// <param name="P50">The median wait for a decision.</param>
    /// <param name="P99">The wait that one in a hundred exceeds.</param>
    /// <param name="Uncounted">Decisions that took longer than their deadline, so that nobody counted them.</param>
    public readonly record struct Result(double PerSecond, TimeSpan P50, TimeSpan P99, long Uncounted = 0);

    public static async Task<Result> RunAsync(int callers, TimeSpan span, Func<int, ValueTask<bool>> ask)
    {
        long uncounted = 0;
        var waits = new List<long>[callers];
        long end = Stopwatch.GetTimestamp() + (long)(span.TotalSeconds * Stopwatch.Frequency);
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            List<long> own = waits[caller] = new(1 << 16);
            for (int i = caller * 7919; Stopwatch.GetTimestamp() < end; i++)
            {
                long asked = Stopwatch.GetTimestamp();
                if (!await ask(i & int.MaxValue).ConfigureAwait(false))
                {
                    Interlocked.Increment(ref uncounted);
                }

                own.Add(Stopwatch.GetTimestamp() - asked);
            }
        })));
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        long[] sorted = [.. waits.SelectMany(own => own).Order()];
        return new(sorted.Length / seconds, At(sorted, 0.5), At(sorted, 0.99), uncounted);
    }

    private static TimeSpan At(long[] sorted, double share) =>
        TimeSpan.FromSeconds((double)sorted[(int)(share * (sorted.Length - 1))] / Stopwatch.Frequency);
}
