using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Cluster;

/// <summary>Retries to connect until a silo is found, and logs one attempt per minute.</summary>
internal sealed partial class ClientConnectionRetryFilter(LimiterClock clock, ILogger<ClientConnectionRetryFilter> log)
    : IClientConnectionRetryFilter
{
    /// <summary>The time between two attempts: 1 s.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private const int AttemptsPerLogEntry = 60;

    private int _attempts;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (_attempts++ % AttemptsPerLogEntry == 0)
        {
            LogWaiting(exception.Message);
        }

        await Task.Delay(Period, clock.Time, cancellationToken).ConfigureAwait(false);
        return true;
    }

    [LoggerMessage(72, LogLevel.Warning,
        "No silo has been found yet ({Reason}); the connection is retried every second, and on-failure decides meanwhile")]
    private partial void LogWaiting(string reason);
}
