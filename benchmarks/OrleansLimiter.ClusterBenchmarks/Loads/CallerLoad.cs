using System.Diagnostics;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Many callers, each of which makes the next call as soon as the previous one has returned.</summary>
internal static class CallerLoad
{
    // If calls complete synchronously, a caller that never yields would block the other callers and the silo's background work.
    private const int TurnsInARow = 64;

    public static Task<Outcome> RunAsync(int callers, TimeSpan span, Func<int, ValueTask<Verdict>> ask)
    {
        long ticks = (long)(span.TotalSeconds * Stopwatch.Frequency);
        return RunAsync(
            callers, (caller, turn, began) => Stopwatch.GetTimestamp() - began < ticks ? ((caller * 7919) + turn) & int.MaxValue : -1, ask);
    }

    /// <summary>Makes each request once.</summary>
    public static Task<Outcome> EachOnceAsync(int callers, int requests, Func<int, ValueTask<Verdict>> ask) =>
        RunAsync(callers, (caller, turn, _) => caller + ((long)turn * callers) is var i && i < requests ? (int)i : -1, ask);

    private static async Task<Outcome> RunAsync(int callers, Func<int, int, long, int> next, Func<int, ValueTask<Verdict>> ask)
    {
        Caller[] all = [.. Enumerable.Range(0, callers).Select(_ => new Caller())];
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(all.Select((caller, number) => Task.Run(() => CallAsync(caller, number, began, next, ask))));
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var waits = new Waits();
        foreach (Caller caller in all)
        {
            waits.Add(caller.Waits);
        }

        return new(
            waits.Count, seconds, waits.At(0.5), waits.At(0.99), waits.At(0.999),
            all.Sum(caller => caller.Refused), all.Sum(caller => caller.Uncounted), allocated);
    }

    private static async Task CallAsync(
        Caller caller, int number, long began, Func<int, int, long, int> next, Func<int, ValueTask<Verdict>> ask)
    {
        for (int turn = 0; next(number, turn, began) is var request && request >= 0; turn++)
        {
            long asked = Stopwatch.GetTimestamp();
            Verdict verdict = await ask(request).ConfigureAwait(false);
            caller.Waits.Add(Stopwatch.GetTimestamp() - asked);
            caller.Refused += verdict == Verdict.Refused ? 1 : 0;
            caller.Uncounted += verdict == Verdict.Uncounted ? 1 : 0;
            if (turn % TurnsInARow == TurnsInARow - 1)
            {
                await Task.Yield();
            }
        }
    }

    private sealed class Caller
    {
        public readonly Waits Waits = new();
        public long Refused;
        public long Uncounted;
    }
}
