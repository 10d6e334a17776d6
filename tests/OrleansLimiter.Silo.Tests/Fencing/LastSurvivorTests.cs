using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>Two silos, one of which is killed. The other one cannot know whether it is the one that is cut off.</summary>
[Collection(TimedTests.Name)]
public sealed class LastSurvivorTests(ITestOutputHelper output)
{
    private const string Closed = "decides nothing from now on";
    private const string Opened = "decides again after";

    // Longer than the failure detection and the lookup of the membership table.
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(8);

    private readonly FencedAccounts _accounts = new();

    // The length of the log of the survivor when the other silo was killed.
    private int _before;

    [Fact]
    public async Task The_survivor_decides_nothing_until_the_dead_silo_has_left_the_membership_and_then_has_its_counts()
    {
        await using ProcessCluster cluster = await StartAsync();
        HostProcess survivor = await KillAsync(cluster, storeIsAway: false);

        await LoggedAsync(survivor, Opened);

        await AssertKeptAsync(survivor);
    }

    [Fact]
    public async Task A_survivor_without_the_membership_table_decides_nothing_until_it_is_back()
    {
        await using ProcessCluster cluster = await StartAsync();
        HostProcess survivor = await KillAsync(cluster, storeIsAway: true);

        await Task.Delay(Away);
        Assert.DoesNotContain(Opened, LogOf(survivor));
        Assert.All(await CheckAsync(survivor), answer => Assert.Equal("unreachable", answer.Failure));
        await Eventually.TrueAsync(() => TellsAsync(survivor), HostProcess.MaxWait, "it is ready, and tells that it decides nothing");

        await cluster.Store.StartAsync();
        await LoggedAsync(survivor, Opened);
        await AssertKeptAsync(survivor);
    }

    [Fact]
    public async Task A_survivor_that_may_decide_when_it_is_isolated_does_so_without_the_membership_table()
    {
        await using ProcessCluster cluster = await StartAsync(("Limiter:DecideWhenIsolated", "true"));
        HostProcess survivor = await KillAsync(cluster, storeIsAway: true);

        await LoggedAsync(survivor, Opened);

        await AssertKeptAsync(survivor);
        await cluster.Store.StartAsync();
    }

    [Fact]
    public async Task A_silo_that_leaves_without_the_membership_table_leaves_no_fence_behind()
    {
        await using ProcessCluster cluster = await StartAsync();
        await cluster.Store.StopAsync();
        await cluster.Silos[1].StopAsync();

        await Task.Delay(Away);

        Assert.False(await TellsAsync(cluster.Silos[0]));
        await cluster.Store.StartAsync();
    }

    private static async Task<ProcessCluster> StartAsync(params (string Key, string Value)[] settings)
    {
        ProcessCluster cluster =
            await ProcessCluster.StartAsync(new PostgresServer(), silos: 0, frontEnds: 0, TimeSpan.FromMilliseconds(200));
        for (int i = 0; i < 2; i++)
        {
            cluster.Silos.Add(cluster.StartSilo(ports: null, [("Limiter:FrontEnd", "true"), .. settings]));
            await cluster.Silos[^1].ReadyAsync();
        }

        return cluster;
    }

    private static async Task<bool> TellsAsync(HostProcess survivor)
    {
        using HttpResponseMessage response = await survivor.Administration.GetAsync("/readyz");
        string text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode && text.Contains("no other silo acknowledges", StringComparison.Ordinal);
    }

    private async Task<HostProcess> KillAsync(ProcessCluster cluster, bool storeIsAway)
    {
        HostProcess survivor = cluster.Silos[0];
        await _accounts.UseAsync(survivor);
        if (storeIsAway)
        {
            await cluster.Store.StopAsync();
        }

        _before = survivor.Log.Length;
        await cluster.Silos[1].KillAsync();
        await LoggedAsync(survivor, Closed);
        return survivor;
    }

    private string LogOf(HostProcess survivor) => survivor.Log[_before..];

    private Task<TimeSpan> LoggedAsync(HostProcess survivor, string text) => Eventually.TrueAsync(
        () => Task.FromResult(LogOf(survivor).Contains(text, StringComparison.Ordinal)), HostProcess.MaxWait, text, () => survivor.Log);

    private Task<Answer[]> CheckAsync(HostProcess survivor) =>
        Task.WhenAll(_accounts.All.Select(account => FencedAccounts.CheckAsync(survivor, account)));

    private async Task AssertKeptAsync(HostProcess survivor)
    {
        await Eventually.TrueAsync(
            async () => (await CheckAsync(survivor)).Zip(_accounts.All).Any(each =>
                _accounts.IsByOldCounts(each.Second, each.First, Stopwatch.GetTimestamp())),
            HostProcess.MaxWait,
            "accounts are decided by their counts of before");
        output.WriteLine(string.Join(
            '\n',
            LogOf(survivor).Split('\n').Where(line =>
                line.Contains(Closed, StringComparison.Ordinal) || line.Contains(Opened, StringComparison.Ordinal))));
    }
}
