using Microsoft.Extensions.Logging;
using Orleans;

namespace OrleansLimiter.FrontEnd;

/// <summary>Waits for a silo for as long as it takes, and says so now and then.</summary>
internal sealed partial class Patience(LimiterClock clock, ILogger<Patience> log) : IClientConnectionRetryFilter
{
    /// <summary>How often it is tried: every second, beside what a try takes.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    // The first try says it, and then one a minute.
    private const int TriesToldOnce = 60;

    private int _tries;

    /// <inheritdoc/>
    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (_tries++ % TriesToldOnce == 0)
        {
            LogWaiting(exception.Message);
        }

        await Task.Delay(Period, clock.Time, cancellationToken);
        return true;
    }

    [LoggerMessage(72, LogLevel.Warning, "No silo is found yet ({Reason}); it is tried every second, and on-failure decides meanwhile")]
    private partial void LogWaiting(string reason);
}
