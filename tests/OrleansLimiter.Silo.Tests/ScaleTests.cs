using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>A cluster that grows and shrinks, under load at the limit.</summary>
[Collection(TimedTests.Name)]
public sealed class ScaleTests(ITestOutputHelper output)
{
    // 180 decisions per second.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task While_three_silos_become_five_and_then_two_a_used_up_limit_stays_used_up_and_every_decision_is_counted()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(
            new PostgresServer(), silos: 3, frontEnds: 2, ProcessCluster.Patient);
        await using var balancer = new Balancer(cluster.FrontEnds);
        await using LimitLoad load = await LimitLoad.StartAsync(balancer, Tick);
        long began = Stopwatch.GetTimestamp();

        await cluster.StartHostsAsync(silos: 2, frontEnds: 0);
        output.WriteLine($"five silos after {Stopwatch.GetElapsedTime(began).TotalSeconds:f1} s");
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(0, await cluster.Silos[i].StopAsync());
            output.WriteLine($"stopped after {Stopwatch.GetElapsedTime(began).TotalSeconds:f1} s");
        }

        Decision[] decisions = await load.StopAsync();
        output.WriteLine($"{decisions.Length} decisions; by on-failure: {Losses.FailuresBySecond(decisions, began)}");
        if (Losses.Of(decisions) != Losses.None)
        {
            cluster.FrontEnds.Concat(cluster.Silos).ToList().ForEach(host => output.WriteLine(host.Log));
        }

        Assert.Equal(Losses.None, Losses.Of(decisions));
    }
}
