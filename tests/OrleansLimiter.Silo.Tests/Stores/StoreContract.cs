using System.Net;

namespace OrleansLimiter.Silo.Tests;

/// <summary>What a cluster requires of its database, for every database that can be configured.</summary>
public abstract class StoreContract<TStore>(StoreFixture<TStore> fixture) : TwoFrontEndTests(fixture), IClassFixture<StoreFixture<TStore>>
    where TStore : StoreServer, new()
{
    [Fact]
    public async Task Overrides_are_in_force_after_all_processes_have_stopped_and_started_again()
    {
        Assert.Equal(HttpStatusCode.OK, await OverrideAsync(One, permits: 5));
        Assert.Equal(HttpStatusCode.OK, await OverrideAsync(Other, permits: 7));

        Assert.All(await Cluster.StopHostsAsync(), code => Assert.Equal(0, code));
        await Cluster.StartHostsAsync(silos: 2, frontEnds: 2);

        Answer answer = await One.CheckAsync(Frontline, Account);
        Assert.Equal((200, null, 7), (answer.Status, answer.Failure, answer.Limit));
    }

    [Fact]
    public async Task Without_its_storage_decisions_continue_even_for_newAccounts_and_only_changes_are_refused()
    {
        await One.CheckAsync(Frontline, Account);
        await Cluster.Store.StopAsync();
        try
        {
            for (int i = 0; i < 100; i++)
            {
                await CountedAsync(One, Account);
                await CountedAsync(Other, $"{Account}-cold-{i}");
            }

            Assert.Equal(HttpStatusCode.ServiceUnavailable, await OverrideAsync(One, permits: 5));
            Assert.Equal(FrontlinePermits, (await One.CheckAsync(Frontline, Account)).Limit);
        }
        finally
        {
            await Cluster.Store.StartAsync();
        }

        await Eventually.TrueAsync(
            async () => await OverrideAsync(One, permits: 5) == HttpStatusCode.OK, TimeSpan.FromSeconds(60), "changes are kept again");
        await Eventually.TrueAsync(
            async () => (await Other.CheckAsync(Frontline, Account)).Limit == 5, TimeSpan.FromSeconds(5), "the override is in force");
    }

    [Fact]
    public async Task A_front_end_that_starts_while_the_storage_is_unavailable_finds_the_silos_later()
    {
        HostProcess late;
        await Cluster.Store.StopAsync();
        try
        {
            late = Cluster.StartFrontEnd();
            await Eventually.TrueAsync(
                () => Task.FromResult(late.Log.Contains("No silo has been found yet", StringComparison.Ordinal)), HostProcess.MaxWait, "it waits", () => late.Log);
            Assert.False(await late.IsReadyAsync());
        }
        finally
        {
            await Cluster.Store.StartAsync();
        }

        await using (await late.ReadyAsync())
        {
            await CountedAsync(late, Account);
        }
    }

    [Fact]
    public async Task A_killed_silo_is_removed_from_the_membership_and_the_cluster_starts_again_without_it()
    {
        HostProcess killed = Cluster.Silos[^1];
        Cluster.Silos.Remove(killed);
        await using (killed)
        {
            await killed.KillAsync();
            await ColdAccountsAreCountedAsync();
        }

        Assert.All(await Cluster.StopHostsAsync(), code => Assert.Equal(0, code));
        await Cluster.StartHostsAsync(silos: 2, frontEnds: 2);
        await ColdAccountsAreCountedAsync();
    }

    // By every front-end, for enough accounts to have groups on every silo.
    private async Task ColdAccountsAreCountedAsync()
    {
        int round = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                round++;
                Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 40)
                    .Select(i => (i % 2 == 0 ? One : Other).CheckAsync(Frontline, $"{Account}-{round}-{i}")));
                return answers.All(answer => answer.Failure is null);
            },
            HostProcess.MaxWait,
            "cold accounts are counted",
            () => Cluster.Silos[0].Log);
    }

    private async Task<HttpStatusCode> OverrideAsync(HostProcess frontEnd, int permits)
    {
        using HttpResponseMessage response = await frontEnd.OverrideAsync(Frontline, Account, "account", permits);
        return response.StatusCode;
    }

    private static async Task CountedAsync(HostProcess frontEnd, string account)
    {
        Answer answer = await frontEnd.CheckAsync(Frontline, account);
        Assert.True(answer is { Status: 200, Failure: null }, $"{answer}, after this in the log: {frontEnd.Log}");
    }
}

public sealed class PostgresTests(StoreFixture<PostgresServer> fixture) : StoreContract<PostgresServer>(fixture)
{
    [Fact]
    public async Task A_silo_that_starts_while_the_storage_is_unavailable_waits_for_it()
    {
        HostProcess late;
        await Cluster.Store.StopAsync();
        try
        {
            late = Cluster.StartSilo();
            await Eventually.TrueAsync(
                () => Task.FromResult(late.Log.Contains("The membership table cannot be reached", StringComparison.Ordinal)),
                HostProcess.MaxWait,
                "it waits",
                () => late.Log);
            Assert.False(late.HasEnded);
        }
        finally
        {
            await Cluster.Store.StartAsync();
        }

        // On an overloaded machine, the other silos can declare it dead while it starts. Then a supervisor starts it again.
        await Eventually.TrueAsync(
            async () =>
            {
                late = late.HasEnded ? Cluster.StartSilo() : late;
                return await late.IsReadyAsync();
            },
            HostProcess.MaxWait,
            "it is ready",
            () => late.Log);
        await using (late)
        {
            Assert.Equal(0, await late.StopAsync());
        }
    }
}

public sealed class RedisTests(StoreFixture<RedisServer> fixture) : StoreContract<RedisServer>(fixture);

public sealed class AzureBlobTests(StoreFixture<AzureBlobs> fixture) : StoreContract<AzureBlobs>(fixture);

public sealed class AzureTableTests(StoreFixture<AzureTables> fixture) : StoreContract<AzureTables>(fixture);
