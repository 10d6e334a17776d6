using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansLimiter.Hosting;

/// <summary>Opens the gate when every other health check passes, at the latest after <see cref="HostSettings.StartTimeout"/>.</summary>
internal sealed partial class StartGateOpener(
    StartGate gate, HostSettings settings, HealthCheckService checks, LimiterClock clock, ILogger<StartGateOpener> log,
    HttpWarmUp? warmUp = null)
{
    /// <summary>The time between two checks: 50 ms.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    /// <summary>Returns when the host accepts connections for decisions, or is stopped.</summary>
    public async Task OpenAsync(CancellationToken stopping)
    {
        Instant until = clock.Now + settings.StartTimeout;
        try
        {
            while (!gate.Opened.IsCompleted && await MissingAsync(stopping) is { } missing)
            {
                if (clock.Now >= until)
                {
                    LogTimedOut(settings.StartTimeout, missing);
                    break;
                }

                await Task.Delay(Period, clock.Time, stopping);
            }

            if (warmUp is not null && gate.WarmUpEndPoint is { } endPoint && clock.Now < until)
            {
                await warmUp.RunAsync(endPoint, until - clock.Now, stopping);
            }

            gate.Open();
            await gate.Listening.WaitAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }

    private async Task<string?> MissingAsync(CancellationToken stopping)
    {
        HealthReport report = await checks.CheckHealthAsync(check => check.Name != StartGate.Check, stopping);
        return report.Status != HealthStatus.Unhealthy ? null : string.Join("; ", report.Entries
            .Where(entry => entry.Value.Status == HealthStatus.Unhealthy)
            .Select(entry => $"{entry.Key}: {entry.Value.Description}"));
    }

    [LoggerMessage(81, LogLevel.Warning,
        "The host cannot decide after {Timeout}; it accepts connections for decisions now, and on-failure decides ({Missing})")]
    private partial void LogTimedOut(TimeSpan timeout, string missing);
}
