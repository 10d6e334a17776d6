using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace OrleansLimiter.Http;

/// <summary>
/// Reports that the bound on living groups was reached, so that new keys are not counted: by a log line, at most once per second, and by a
/// detail of <c>/readyz</c> until it was not reached for ten seconds. The host stays ready, because existing keys are counted.
/// </summary>
internal sealed partial class GroupBoundMonitor(LimiterClock clock, ILogger<GroupBoundMonitor> log, StoreCounters? counters = null)
    : IHostedService, IHealthCheck, IDisposable
{
    /// <summary>The time between two looks, and the minimum time between two log lines: 1 s.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>The number of looks for which the detail stays: 10.</summary>
    public const int LooksOfDetail = 10;

    private readonly LivingGroups? _groups = counters?.Groups;
    private ITimer? _timer;
    private long _seen;
    private volatile int _looksLeft;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = _groups is null ? null : clock.Time.CreateTimer(static state => ((GroupBoundMonitor)state!).Look(), this, Period, Period);
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
        long reached = _groups!.BoundReached;
        if (reached == _seen)
        {
            _looksLeft = Math.Max(0, _looksLeft - 1);
            return;
        }

        LogReached(reached - _seen, _groups.Count, _groups.Max, _groups.Bytes, _groups.MaxBytes);
        (_seen, _looksLeft) = (reached, LooksOfDetail);
    }

    [LoggerMessage(3, LogLevel.Warning,
        "The bound on living bucket groups is reached: on-failure decided {Acquisitions} acquisitions of new keys since the last look. "
        + "{Groups} of {MaxGroups} groups live, in about {Bytes} of {MaxBytes} bytes")]
    private partial void LogReached(long acquisitions, long groups, int maxGroups, long bytes, long maxBytes);
}
