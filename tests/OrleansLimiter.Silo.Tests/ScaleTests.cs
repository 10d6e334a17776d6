using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>A cluster that grows and shrinks, under load at the limit.</summary>
public sealed class ScaleTests(ITestOutputHelper output)
{
    // 180 decisions per second.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    // Twice what benchmarks/results/faults.md has: silos do not learn of a new one at the same moment, and a group can be in use on another
    // silo until its counts arrive.
    private const int MaxExcess = 8;

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
        Losses losses = Losses.Of(decisions);
        Assert.Equal(Losses.None, losses with { Excess = 0 });
        Assert.InRange(losses.Excess, 0, MaxExcess);
    }
}
