using Microsoft.Extensions.DependencyInjection;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Runs the passes that send replicas, because the clock of the limiter does not move by itself.</summary>
internal static class ReplicaPasses
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    /// <summary>Runs passes until no silo has a change, or a replica of a silo that has left, which another one must have.</summary>
    public static void Run(LimiterCluster cluster)
    {
        int quiet = 0;
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                foreach (ReplicaSender sender in Of(cluster).Select(each => each.Sender))
                {
                    cluster.Time.Advance(TimeSpan.FromMilliseconds(100));
                    sender.Pass();
                }

                quiet = Of(cluster).All(each => each.Sender.IsIdle) ? quiet + 1 : 0;
                return quiet > 1;
            },
            MaxWait));
    }

    /// <summary>The replicas of each silo.</summary>
    public static IEnumerable<Replicas> Of(LimiterCluster cluster) => cluster.Cluster.Silos
        .Select(silo => cluster.Cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<Replicas>());
}
