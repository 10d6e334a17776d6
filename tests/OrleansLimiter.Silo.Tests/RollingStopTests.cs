using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>Silos that are replaced one after the other, under load at the limit.</summary>
[Collection(TimedTests.Name)]
public sealed class RollingStopTests(ITestOutputHelper output)
{
    private const int Accounts = 12;
    private const int Permits = 20;
    private const string Policy = "frontline";

    // The window of the policy is 60 s. Answers after it are not considered.
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(58);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(40);

    private readonly ConcurrentQueue<(TimeSpan At, Answer Answer)> _answers = new();
    private readonly string[] _accounts = [.. Enumerable.Range(0, Accounts).Select(account => $"rolled-{account}")];

    [Fact]
    public async Task While_all_silos_are_replaced_a_used_up_limit_stays_used_up_and_every_decision_is_counted()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(
            new PostgresServer(), silos: 3, frontEnds: 2, ProcessCluster.Patient);
        await Task.WhenAll(_accounts.Select(account => cluster.FrontEnds[0].OverrideAsync(Policy, account, "account", Permits)));
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(_accounts.SelectMany(account => cluster.FrontEnds.Select(frontEnd => frontEnd.UseUpAsync(Policy, account, Permits))));

        using var end = new CancellationTokenSource();
        Task load = Task.WhenAll(cluster.FrontEnds.SelectMany(
            frontEnd => Enumerable.Range(0, 4).Select(caller => Task.Run(() => SendAsync(frontEnd, caller, began, end.Token)))));
        for (int i = 0; i < 3 && Stopwatch.GetElapsedTime(began) < Window; i++)
        {
            Assert.Equal(0, await cluster.Silos[i].StopAsync());
            output.WriteLine($"stopped after {Stopwatch.GetElapsedTime(began).TotalSeconds:f1} s");
            await cluster.Silos[i].DisposeAsync();
            cluster.Silos[i] = await cluster.StartSilo().ReadyAsync();
        }

        await end.CancelAsync();
        await load;

        Answer[] counted = [.. _answers.Where(answer => answer.At < Window).Select(answer => answer.Answer)];
        output.WriteLine($"{counted.Length} decisions");
        if (Array.Exists(counted, answer => answer.Failure is not null))
        {
            cluster.FrontEnds.ForEach(frontEnd => output.WriteLine(frontEnd.Log));
        }

        Assert.All(counted, answer => Assert.Equal((429, null), (answer.Status, answer.Failure)));
    }

    private async Task SendAsync(HostProcess frontEnd, int caller, long began, CancellationToken end)
    {
        using var timer = new PeriodicTimer(Period);
        for (int i = caller; !end.IsCancellationRequested; i++)
        {
            TimeSpan at = Stopwatch.GetElapsedTime(began);
            _answers.Enqueue((at, await frontEnd.CheckAsync(Policy, _accounts[i % Accounts])));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
