using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>A silo that is replaced soon after another one crashed.</summary>
[Collection(TimedTests.Name)]
public sealed class RestartAfterCrashTests(ITestOutputHelper output)
{
    // 180 decisions per second.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task A_silo_that_is_replaced_after_another_one_was_killed_loses_no_count_and_no_decision()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(
            new PostgresServer(), silos: 3, frontEnds: 2, ProcessCluster.Patient);
        await using var balancer = new Balancer(cluster.FrontEnds);
        long killed = Stopwatch.GetTimestamp();
        await cluster.Silos[0].KillAsync();
        await ReplaceAsync(cluster, 0);
        output.WriteLine($"a silo in its place is ready after {Stopwatch.GetElapsedTime(killed).TotalSeconds:f1} s");

        await using LimitLoad load = await LimitLoad.StartAsync(balancer, Tick);
        long began = Stopwatch.GetTimestamp();
        Assert.Equal(0, await cluster.Silos[1].StopAsync());
        await ReplaceAsync(cluster, 1);
        Decision[] decisions = [.. (await load.StopAsync()).Where(decision => decision.Sent >= began || decision.IsAdmission)];

        output.WriteLine($"{decisions.Length} decisions; by on-failure: {Losses.FailuresBySecond(decisions, began)}");
        Assert.Equal(Losses.None, Losses.Of(decisions));
    }

    private static async Task ReplaceAsync(ProcessCluster cluster, int silo)
    {
        await cluster.Silos[silo].DisposeAsync();
        cluster.Silos[silo] = await cluster.StartSilo().ReadyAsync();
    }
}
