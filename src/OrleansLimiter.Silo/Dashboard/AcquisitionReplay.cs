using System.Reflection;
using OrleansLimiter.Cluster;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Silo;

/// <summary>
/// Shows acquisitions that reached a group without a grain call as calls on the dashboard: calls its profiler as often as the counters of
/// the silo have grown. It must be called by one thread at a time.
/// </summary>
/// <remarks>
/// The profiler counts one call at a time. Above <see cref="Bound"/>, a call therefore stands for 10 acquisitions, or 100 and so on, and
/// the name of its method says so. Acquisitions that are not enough for a call are part of the next replay.
/// </remarks>
internal sealed class AcquisitionReplay(DashboardProfiler profiler, AcquisitionCounters counters)
{
    /// <summary>The maximum number of calls of one replay, which takes about 30 ms of one processor: 50,000.</summary>
    public const int Bound = 50_000;

    /// <summary>The calls that take as long as one that fails, because the profiler throws exceptions: 10.</summary>
    public const int CallsForFailure = 10;

    // The last method stands for a million.
    private readonly MethodInfo[] _methods =
    [
        DashboardProfiler.Method("Acquire"),
        .. Enumerable.Range(1, 6).Select(zeros => DashboardProfiler.Method($"Acquire (each stands for 1{new string('0', zeros)})")),
    ];

    private readonly ScopeTotals[] _scopes =
    [
        // The profiler needs the type of the grain only, so the grains have no activation.
        new(Scope.Burst, new BurstGrain(null!, null!, null!)),
        new(Scope.Endpoint, new EndpointGrain(null!, null!, null!)),
        new(Scope.Account, new AccountGrain(null!, null!, null!)),
    ];

    /// <summary>
    /// Replays the acquisitions since the previous call, and enables or disables the counters. The first call after the dashboard was
    /// opened replays nothing.
    /// </summary>
    public void Run()
    {
        if (!profiler.IsEnabled())
        {
            counters.IsEnabled = false;
            return;
        }

        if (counters.IsEnabled)
        {
            Replay();
            return;
        }

        foreach (ScopeTotals scope in _scopes)
        {
            (scope.Acquired, scope.Failed) = (counters.Acquired(scope.Scope), counters.Failed(scope.Scope));
        }

        counters.IsEnabled = true;
    }

    private void Replay()
    {
        // Failures are read first: each of them is an acquisition, so there are never more failures than acquisitions.
        long[] failed = [.. _scopes.Select(scope => counters.Failed(scope.Scope) - scope.Failed)];
        long[] acquired = [.. _scopes.Select(scope => counters.Acquired(scope.Scope) - scope.Acquired)];
        (int zeros, long factor) = (0, 1);
        while ((acquired.Sum() + failed.Sum() * CallsForFailure) / factor > Bound && zeros < _methods.Length - 1)
        {
            (zeros, factor) = (zeros + 1, factor * 10);
        }

        for (int i = 0; i < _scopes.Length; i++)
        {
            Replay(_scopes[i], _methods[zeros], acquired[i] / factor, Math.Min(failed[i], acquired[i]) / factor, factor);
        }
    }

    private void Replay(ScopeTotals scope, MethodInfo method, long calls, long failed, long factor)
    {
        var call = new ProfiledCall(scope.Grain, method);
        var failure = new ProfiledCall(scope.Grain, method, failed: true);
        for (long i = 0; i < calls; i++)
        {
            profiler.Invoke(i < failed ? failure : call);
        }

        scope.Acquired += calls * factor;
        scope.Failed += failed * factor;
    }

    /// <summary>What was replayed of a scope.</summary>
    private sealed class ScopeTotals(Scope scope, GroupGrain grain)
    {
        public long Acquired;
        public long Failed;

        public Scope Scope => scope;

        public GroupGrain Grain => grain;
    }
}
