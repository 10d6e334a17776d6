using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Http;

/// <summary>
/// Logs the exceptions that the store threw; the caller saw an unavailable bucket group. Once a second at most: a broken store
/// fails at every request.
/// </summary>
internal sealed partial class StoreErrorLogger(Limiter limiter, LimiterClock clock, ILogger<StoreErrorLogger> log) : IHostedService
{
    /// <summary>The shortest time between two entries: 1 s.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Instant? _logged;
    private int _unlogged;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        limiter.StoreFailed += Note;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        limiter.StoreFailed -= Note;
        return Task.CompletedTask;
    }

    private void Note(Exception exception)
    {
        int unlogged;
        lock (_gate)
        {
            Instant now = clock.Now;
            if (now < _logged + Interval)
            {
                _unlogged++;
                return;
            }

            (_logged, unlogged, _unlogged) = (now, _unlogged, 0);
        }

        LogFailed(exception, unlogged);
    }

    [LoggerMessage(2, LogLevel.Error, "The store failed, and on-failure decides; this is a bug. Failures since the last entry that were not logged: {Unlogged}")]
    private partial void LogFailed(Exception exception, int unlogged);
}
