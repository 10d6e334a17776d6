using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>
/// Silos that fail under load. The bounds are on what a failure costs, so that a change of the detection or of the grain directory is noticed:
/// at most twice the measured 2.6 s after a kill and 6.3 s for a silo that hangs.
/// </summary>
[Collection(TimedTests.Name)]
public sealed class SiloCrashTests(HastyClusterFixture fixture, ITestOutputHelper output) : IClassFixture<HastyClusterFixture>
{
    private static readonly TimeSpan KillBound = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HangBound = TimeSpan.FromSeconds(12);

    // More decisions than the load makes for all its accounts in turn.
    private const int Round = 100;

    [Fact]
    public async Task After_a_silo_was_killed_every_account_is_soon_counted_again_and_so_it_is_when_a_silo_starts_at_its_address()
    {
        (HostProcess killed, int[] ports) = await VictimAsync();
        await using SteadyLoad load = await SteadyLoad.StartAsync(fixture.Cluster.FrontEnds);

        long failed = Stopwatch.GetTimestamp();
        await killed.DisposeAsync();
        AssertRecovered(load, failed, await load.RecoveredAsync(failed), KillBound);

        fixture.Cluster.Silos.Add(await fixture.Cluster.StartSilo(ports).ReadyAsync());
        long ready = Stopwatch.GetTimestamp();
        AssertRecovered(load, ready, await load.RecoveredAsync(ready), KillBound);
    }

    [Fact]
    public async Task While_a_silo_hangs_every_account_is_soon_counted_again_and_the_silo_ends_when_it_continues()
    {
        (HostProcess hung, _) = await VictimAsync();
        await using (hung)
        {
            await using SteadyLoad load = await SteadyLoad.StartAsync(fixture.Cluster.FrontEnds);

            long failed = Stopwatch.GetTimestamp();
            await hung.SignalAsync("STOP");
            AssertRecovered(load, failed, await load.RecoveredAsync(failed), HangBound);

            long continued = Stopwatch.GetTimestamp();
            await hung.SignalAsync("CONT");
            await hung.EndAsync();
            AssertRecovered(load, continued, await load.RecoveredAsync(continued), KillBound);
        }
    }

    [Fact]
    public async Task After_a_silo_was_killed_an_account_at_its_limit_gets_at_most_its_permits_once_more()
    {
        (HostProcess killed, _) = await VictimAsync();
        await using var balancer = new Balancer(fixture.Cluster.FrontEnds);
        await using LimitLoad load = await LimitLoad.StartAsync(balancer, LimitLoad.DefaultTick);

        long failed = Stopwatch.GetTimestamp();
        await killed.DisposeAsync();
        await Eventually.TrueAsync(
            () => Task.FromResult(Stopwatch.GetElapsedTime(failed) > KillBound && load.Decisions.TakeLast(Round).All(each => !each.IsByOnFailure)),
            HostProcess.MaxWait,
            "buckets decide again");
        Decision[] decisions = await load.StopAsync();

        IReadOnlyList<AccountExcess> excess = Excess.ByAccount(decisions);
        output.WriteLine($"excess: {string.Join(", ", excess.Select(each => $"{each.Account} {each.Admissions}"))}");
        Assert.All(excess, each => Assert.InRange(each.Admissions, 0, each.Traffic.Permits));
        Assert.Equal(0, Losses.Of(decisions).Unanswered);
    }

    // One of three silos. The test ends it.
    private async Task<(HostProcess Silo, int[] Ports)> VictimAsync()
    {
        ProcessCluster cluster = fixture.Cluster;
        await cluster.StartHostsAsync(silos: 3 - cluster.Silos.Count, frontEnds: 0);
        HostProcess victim = cluster.Silos[^1];
        cluster.Silos.Remove(victim);
        return (victim, [.. cluster.SiloPorts.TakeLast(2)]);
    }

    private void AssertRecovered(SteadyLoad load, long since, TimeSpan last, TimeSpan bound)
    {
        Answer[] after = load.Since(since);
        output.WriteLine(
            $"{after.Count(answer => answer.Failure is not null)} of {after.Length} decisions by on-failure ({load.FailuresBySecond(since)}), "
            + $"the last unreachable account after {last.TotalSeconds:f1} s");
        Assert.All(after, answer => Assert.True(answer.Status is 200 or 429, $"status {answer.Status}"));
        Assert.All(after, answer => Assert.True(answer.Failure is null or "unreachable", answer.Failure));
        Assert.InRange(last, TimeSpan.Zero, bound);
    }
}
