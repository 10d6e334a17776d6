using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>A silo that is killed under load.</summary>
public sealed class SiloCrashTests(HastyClusterFixture fixture, ITestOutputHelper output) : IClassFixture<HastyClusterFixture>
{
    private const int Accounts = 300;

    private readonly ConcurrentQueue<(long At, string Account, Answer Answer)> _answers = new();

    [Fact]
    public async Task Requests_get_no_errors_and_every_account_is_counted_again_within_the_failure_detection_time()
    {
        ProcessCluster cluster = fixture.Cluster;
        using var end = new CancellationTokenSource();
        Task[] load = [.. Enumerable.Range(0, 8).Select(caller => Task.Run(() => SendAsync(cluster.FrontEnds[caller % 2], caller, end.Token)))];
        await Eventually.TrueAsync(() => Task.FromResult(_answers.Count > 2 * Accounts), HostProcess.MaxWait, "the load runs");

        long killed = Stopwatch.GetTimestamp();
        await cluster.Silos[2].KillAsync();

        await Eventually.TrueAsync(() => Task.FromResult(AllCountedSince(killed)), HostProcess.MaxWait, "every account is counted again");
        await end.CancelAsync();
        await Task.WhenAll(load);

        (long At, string Account, Answer Answer)[] after = [.. _answers.Where(asked => asked.At >= killed)];
        Assert.All(after, asked => Assert.True(asked.Answer.Status is 200 or 429, $"status {asked.Answer.Status}"));
        Assert.All(after, asked => Assert.True(asked.Answer.Failure is null or "unreachable", asked.Answer.Failure));
        long last = after.Where(asked => asked.Answer.Failure is not null).Select(asked => asked.At).DefaultIfEmpty(killed).Max();
        output.WriteLine(
            $"{after.Count(asked => asked.Answer.Failure is not null)} of {after.Length} decisions were not counted; "
            + $"the last of them {Stopwatch.GetElapsedTime(killed, last).TotalSeconds:f1} s after the silo was killed");
    }

    // The latest response of each account was counted, and all accounts were called since the last that was not.
    private bool AllCountedSince(long killed)
    {
        (long At, string Account, Answer Answer)[] after = [.. _answers.Where(asked => asked.At >= killed)];
        long last = after.Where(asked => asked.Answer.Failure is not null).Select(asked => asked.At).DefaultIfEmpty(killed).Max();
        return Stopwatch.GetElapsedTime(last) > TimeSpan.FromSeconds(3)
            && after.Where(asked => asked.At > last).Select(asked => asked.Account).Distinct().Count() == Accounts;
    }

    private async Task SendAsync(HostProcess frontEnd, int caller, CancellationToken end)
    {
        for (int i = caller; !end.IsCancellationRequested; i++)
        {
            string account = $"crash-{i % Accounts}";
            Answer answer = await frontEnd.CheckAsync("frame-v1", account);
            _answers.Enqueue((Stopwatch.GetTimestamp(), account, answer));
        }
    }
}
