using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace OrleansLimiter.Http;

/// <summary>
/// Reports that the bound on living groups was reached, so that new keys are not counted: by a log line, at most once per second, and by
/// a detail of <c>/readyz</c> until it was not reached for ten seconds. The host stays ready, because existing keys are counted. Also gives
/// the memory of a flood back.
/// </summary>
internal sealed partial class GroupBoundMonitor : IHostedService, IHealthCheck, IDisposable
{
    /// <summary>The time between two looks, and the minimum time between two log lines: 1 s.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>The number of looks for which the detail stays: 10.</summary>
    public const int LooksOfDetail = 10;

    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly LivingGroups? _groups;
    private readonly HeapReturn _heap;
    private readonly GCCollectionMode _mode;
    private ITimer? _timer;
    private long _seen;
    private volatile int _looksLeft;

    public GroupBoundMonitor(LimiterClock clock, ILogger<GroupBoundMonitor> log, StoreCounters? counters = null)
    {
        (_log, _time, _groups) = (log, clock.Time, counters?.Groups);
        _heap = new(ReturnMemory);
        _mode = counters?.MustNotPause == true ? GCCollectionMode.Forced : GCCollectionMode.Aggressive;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = _groups is null ? null : _time.CreateTimer(static state => ((GroupBoundMonitor)state!).Look(), this, Period, Period);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_looksLeft > 0
            ? HealthCheckResult.Degraded("the bound on living bucket groups is reached, and new keys are not counted")
            : HealthCheckResult.Healthy());

    private void Look()
    {
        _heap.Look(_groups!.Bytes, GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes, GC.GetTotalAllocatedBytes());
        long reached = _groups.BoundReached;
        if (reached == _seen)
        {
            _looksLeft = Math.Max(0, _looksLeft - 1);
            return;
        }

        LogReached(reached - _seen, _groups.Count, _groups.Max, _groups.Bytes, _groups.MaxBytes);
        (_seen, _looksLeft) = (reached, LooksOfDetail);
    }

    // Compacts the heap and blocks the process. The aggressive mode gives as much memory back as possible, which takes longer.
    private void ReturnMemory()
    {
        long before = Environment.WorkingSet;
        TimeSpan paused = GC.GetTotalPauseDuration();
        GC.Collect(GC.MaxGeneration, _mode, blocking: true, compacting: true);
        LogReturned(before >> 20, Environment.WorkingSet >> 20, GC.GetTotalPauseDuration() - paused);
    }

    [LoggerMessage(4, LogLevel.Information,
        "A flood is over, and memory was given back: {Before} MiB before, {After} MiB after, a pause of {Paused}")]
    private partial void LogReturned(long before, long after, TimeSpan paused);

    [LoggerMessage(3, LogLevel.Warning,
        "The bound on living bucket groups is reached: on-failure decided {Acquisitions} acquisitions of new keys since the last look. "
        + "{Groups} of {MaxGroups} groups live, in about {Bytes} of {MaxBytes} bytes")]
    private partial void LogReached(long acquisitions, long groups, int maxGroups, long bytes, long maxBytes);
}
