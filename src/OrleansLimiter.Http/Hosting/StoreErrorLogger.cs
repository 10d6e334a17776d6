using Microsoft.Extensions.Hosting;

namespace OrleansLimiter.Http;

/// <summary>
/// Logs exceptions of the store, which decisions treat as an unavailable bucket group. It logs at most one per second, because a
/// defective store fails for every request.
/// </summary>
internal sealed partial class StoreErrorLogger(Limiter limiter, LimiterClock clock, ILogger<StoreErrorLogger> log) : IHostedService
{
    private readonly ErrorInterval _interval = new(clock);

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
        if (_interval.TryPass(out int unlogged))
        {
            LogFailed(exception, unlogged);
        }
    }

    [LoggerMessage(
        2, LogLevel.Error, "The store failed, and on-failure decides; this is a bug. Failures not logged since the last entry: {Unlogged}")]
    private partial void LogFailed(Exception exception, int unlogged);
}
