using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.Silo.Tests;

/// <summary>The shutdown of a silo while its membership table is unavailable.</summary>
public sealed class ShutdownTests(ITestOutputHelper output)
{
    private const int Permits = 20;
    private const string Policy = "frontline";

    // The default of Limiter:ShutdownTimeout, and time for the process to end on a busy machine.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10 + 5);

    // The window of the policy is 60 s.
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(58);

    [Theory]
    [InlineData(typeof(PostgresServer))]
    [InlineData(typeof(RedisServer))]
    [InlineData(typeof(AzureTables))]
    public async Task A_silo_hands_its_groups_over_and_ends_though_its_store_is_unavailable(Type server)
    {
        var store = (StoreServer)Activator.CreateInstance(server)!;
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(store, silos: 3, frontEnds: 1, ProcessCluster.Patient);
        HostProcess frontEnd = cluster.FrontEnds[0];
        string[] accounts = [.. Enumerable.Range(0, 12).Select(account => $"stopped-{account}")];
        await Task.WhenAll(accounts.Select(account => frontEnd.OverrideAsync(Policy, account, "account", Permits)));
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(accounts.Select(account => frontEnd.UseUpAsync(Policy, account, Permits)));
        await cluster.Store.StopAsync();
        using var stopped = new CancellationTokenSource();
        Task<Answer[][]> meanwhile = Task.WhenAll(accounts.Select(account => CheckAsync(frontEnd, account, stopped.Token)));

        long asked = Stopwatch.GetTimestamp();
        int code = await cluster.Silos[0].StopAsync();
        TimeSpan took = Stopwatch.GetElapsedTime(asked);
        await stopped.CancelAsync();
        await cluster.Store.StartAsync();

        output.WriteLine($"the process ended after {took.TotalSeconds:f1} s");
        Assert.Equal(0, code);
        Assert.InRange(took, TimeSpan.Zero, Bound);
        Assert.Contains("The shutdown is not complete after", cluster.Silos[0].Log, StringComparison.Ordinal);
        Assert.DoesNotContain("are lost", cluster.Silos[0].Log, StringComparison.Ordinal);
        Answer[] answers = await Task.WhenAll(accounts.Select(account => CountedAsync(frontEnd, account)));
        output.WriteLine($"all accounts were counted again after {Stopwatch.GetElapsedTime(asked).TotalSeconds:f1} s");
        Assert.True(Stopwatch.GetElapsedTime(began) < Window, "the window ended before all accounts were counted again");
        Assert.All(answers, answer => Assert.Equal(429, answer.Status));
        Assert.DoesNotContain((await meanwhile).SelectMany(each => each), answer => answer is { Status: 200, Failure: null });
    }

    [Fact]
    public async Task A_request_that_does_not_end_does_not_prevent_the_hand_over()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(new PostgresServer(), silos: 0, frontEnds: 0, ProcessCluster.Patient);
        (string, string) frontEnd = ("Limiter:FrontEnd", "true");
        await using HostProcess stays = await cluster.StartSilo(ports: null, frontEnd).ReadyAsync();
        await using HostProcess stops = await cluster.StartSilo(ports: null, frontEnd, ("Limiter:ShutdownTimeout", "00:00:03")).ReadyAsync();
        string[] accounts = [.. Enumerable.Range(0, 12).Select(account => $"kept-{account}")];
        await Task.WhenAll(accounts.Select(account => stays.OverrideAsync(Policy, account, "account", Permits)));
        await Task.WhenAll(accounts.Select(account => stays.UseUpAsync(Policy, account, Permits)));
        using var request = new TcpClient();
        await request.ConnectAsync(IPAddress.Loopback, stops.Decisions.BaseAddress!.Port);
        await request.GetStream().WriteAsync("POST /v1/check HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"u8.ToArray());

        Assert.Equal(0, await stops.StopAsync());

        Assert.DoesNotContain("are lost", stops.Log, StringComparison.Ordinal);
        Answer[] answers = await Task.WhenAll(accounts.Select(account => CountedAsync(stays, account)));
        Assert.All(answers, answer => Assert.Equal(429, answer.Status));
    }

    private static async Task<Answer[]> CheckAsync(HostProcess frontEnd, string account, CancellationToken stopped)
    {
        List<Answer> answers = [];
        while (!stopped.IsCancellationRequested)
        {
            answers.Add(await frontEnd.CheckAsync(Policy, account));
        }

        return [.. answers];
    }

    private static async Task<Answer> CountedAsync(HostProcess frontEnd, string account)
    {
        Answer? answer = null;
        await Eventually.TrueAsync(
            async () => (answer = await frontEnd.CheckAsync(Policy, account)).Failure is null, HostProcess.MaxWait, "the account is counted");
        return answer!;
    }
}
