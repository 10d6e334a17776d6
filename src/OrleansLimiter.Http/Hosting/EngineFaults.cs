using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Policies.Decisions;

namespace OrleansLimiter.Http;

/// <summary>
/// Says in the log what an engine threw: whoever asked saw an unavailable group. Once a second at most, for a broken
/// engine breaks at every request.
/// </summary>
internal sealed partial class EngineFaults(Limiter limiter, LimiterClock clock, ILogger<EngineFaults> log) : IHostedService
{
    /// <summary>How long the log is silent after an entry: 1 s.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Instant? _said;
    private int _unsaid;

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
        int unsaid;
        lock (_gate)
        {
            Instant now = clock.Now;
            if (now < _said + Silence)
            {
                _unsaid++;
                return;
            }

            (_said, unsaid, _unsaid) = (now, _unsaid, 0);
        }

        LogFailed(exception, unsaid);
    }

    [LoggerMessage(2, LogLevel.Error, "The engine failed, and on-failure decides; this is a bug. Such failures before, not logged: {Unsaid}")]
    private partial void LogFailed(Exception exception, int unsaid);
}
