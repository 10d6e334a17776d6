using Microsoft.Extensions.Hosting;

namespace OrleansLimiter.Cluster;

/// <summary>Discards the locations of groups that a front-end has not used for half a minute to a minute, after a flood of keys.</summary>
internal sealed class LocationTrim(ClusterBucketStore store, LimiterClock clock) : BackgroundService
{
    /// <summary>The time between two trims: 30 s.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock.Time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            store.TrimLocations();
        }
    }
}
