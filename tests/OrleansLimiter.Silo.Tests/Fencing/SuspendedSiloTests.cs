using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>A silo with its own front-end is suspended and declared dead, and then goes on.</summary>
[Collection(TimedTests.Name)]
public sealed class SuspendedSiloTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Suspended = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_silo_that_was_suspended_admits_nothing_afterwards_but_the_calls_that_it_had_begun()
    {
        await using ProcessCluster cluster =
            await ProcessCluster.StartAsync(new PostgresServer(), silos: 0, frontEnds: 0, TimeSpan.FromMilliseconds(200));
        for (int i = 0; i < 3; i++)
        {
            cluster.Silos.Add(cluster.StartSilo(ports: null, ("Limiter:FrontEnd", "true"), FencedAccounts.NoReplicas));
            await cluster.Silos[^1].ReadyAsync();
        }

        HostProcess suspended = cluster.Silos[0];
        var accounts = new FencedAccounts();
        await accounts.UseAsync(suspended);
        await using var callers = new FencedCallers(suspended, accounts.All);

        long began = Stopwatch.GetTimestamp();
        await suspended.SignalAsync("STOP");
        await Task.Delay(Suspended / 2);
        string[] lost = await accounts.LostAsync(cluster.Silos[1]);
        TimeSpan left = Suspended - Stopwatch.GetElapsedTime(began);
        await Task.Delay(left < TimeSpan.Zero ? TimeSpan.Zero : left);
        long continued = Stopwatch.GetTimestamp();
        await suspended.SignalAsync("CONT");
        await suspended.EndAsync();
        await callers.StopAsync();

        FencedAnswer[] answers = [.. callers.Since(continued).Where(each => lost.Contains(each.Account))];
        int byOldCounts = answers.Count(each => accounts.IsByOldCounts(each.Account, each.Answer, each.Received));
        output.WriteLine(
            $"the silo had {lost.Length} of {accounts.All.Count} accounts. After SIGCONT it answered {answers.Length} requests for them, "
            + $"{answers.Count(each => each.Answer.Failure is not null)} by on-failure and {byOldCounts} by its counts");
        Assert.NotEmpty(lost);
        Assert.Contains(answers, each => each.Answer.Failure is not null);
        Assert.InRange(byOldCounts, 0, FencedCallers.Count);
    }
}
