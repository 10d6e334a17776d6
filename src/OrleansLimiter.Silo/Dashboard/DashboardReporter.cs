using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Silo;

/// <summary>
/// Shows on the dashboard what does not reach it as grain calls: the acquisitions, once a second, and the counters of the silo.
/// </summary>
internal sealed partial class DashboardReporter(
    IEnumerable<IIncomingGrainCallFilter> filters, SiloGroupRegistry silo, OrleansInstruments orleans, ILogger<DashboardReporter> log)
    : BackgroundService
{
    /// <summary>The period: 1 s, the period of the dashboard.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Publish(orleans.Meter);
        if (DashboardProfiler.Find(filters) is not { } profiler)
        {
            LogNoProfiler();
            return;
        }

        var replay = new AcquisitionReplay(profiler, silo.Acquisitions);
        using var timer = new PeriodicTimer(Period);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                replay.Run();
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            silo.Acquisitions.IsEnabled = false;
            LogFailed(failure); // the silo does not need the dashboard
        }
    }

    // The dashboard shows the instruments of the meter of Orleans as the counters of a silo.
    private void Publish(Meter meter)
    {
        meter.CreateObservableGauge("orleans_limiter.living_groups", () => silo.Living.Count);
        meter.CreateObservableCounter("orleans_limiter.silo_decisions", () => silo.Acquisitions.Decided);
        meter.CreateObservableCounter("orleans_limiter.silo_refusals", () => silo.Acquisitions.Refused);
        meter.CreateObservableCounter(
            "orleans_limiter.silo_failures", () => ScopeDescriptor.All.Sum(each => silo.Acquisitions.Failed(each.Scope)));
    }

    [LoggerMessage(1, LogLevel.Warning, "The dashboard does not show acquisitions: it has no filter of grain calls, or several.")]
    private partial void LogNoProfiler();

    [LoggerMessage(2, LogLevel.Error, "The dashboard does not show acquisitions any more; this is a bug.")]
    private partial void LogFailed(Exception failure);
}
