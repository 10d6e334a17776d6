using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using OrleansLimiter.Decisions;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Overrides and their grain storage when it fails, is damaged, emptied or restored.</summary>
public sealed class OverridesKeptTests(OverridesCluster cluster) : IClassFixture<OverridesCluster>, IDisposable
{
    public void Dispose() => (cluster.Store.FailsReads, cluster.Store.FailsWrites, cluster.Store.LosesAnswers) = (false, false, false);

    [Fact]
    public async Task While_the_storage_fails_changes_are_refused_and_overrides_stay_in_force()
    {
        FrontEnd one = await cluster.LoadedAsync();
        await one.SetAsync("outage", 1);
        OverrideTables before = one.Overrides.Current;
        (cluster.Store.FailsReads, cluster.Store.FailsWrites) = (true, true);

        for (int i = 0; i < 2; i++)
        {
            var refused = await Assert.ThrowsAsync<OverridesUnavailableException>(() => one.SetAsync("outage", 2));
            Assert.Contains("the store is down", refused.Message);
            await Assert.ThrowsAsync<OverridesUnavailableException>(async () => await one.RemoveAsync("outage"));
        }

        Assert.Same(before, one.Overrides.Current);
        Assert.Equal(1, (await cluster.LoadedAsync()).Permits("outage"));

        (cluster.Store.FailsReads, cluster.Store.FailsWrites) = (false, false);
        await one.SetAsync("outage", 3);
        Assert.Equal(3, (await cluster.LoadedAsync()).Permits("outage"));
    }

    [Fact]
    public async Task A_write_that_succeeded_but_was_reported_as_failed_is_a_change()
    {
        FrontEnd one = await cluster.LoadedAsync();
        cluster.Store.LosesAnswers = true;

        await one.SetAsync("arrived", 1);

        cluster.Store.LosesAnswers = false;
        Assert.Equal(1, one.Permits("arrived"));
        await one.SetAsync("arrived", 2);
        Assert.Equal(2, (await cluster.LoadedAsync()).Permits("arrived"));
    }

    [Fact]
    public async Task A_write_with_an_unknown_outcome_is_not_in_force_until_the_storage_is_read()
    {
        string[] accounts = [.. FrontEnd.Accounts(shard: 7).Take(2)];
        FrontEnd one = await cluster.LoadedAsync();
        FrontEnd other = await cluster.LoadedAsync();
        (cluster.Store.FailsReads, cluster.Store.LosesAnswers) = (true, true);

        await Assert.ThrowsAsync<OverridesUnavailableException>(() => one.SetAsync(accounts[0], 1));
        await Task.WhenAll(one.RenewAsync(), other.RenewAsync());
        Assert.Equal((null, null), (one.Permits(accounts[0]), other.Permits(accounts[0])));

        (cluster.Store.FailsReads, cluster.Store.LosesAnswers) = (false, false);
        await other.SetAsync(accounts[1], 2);
        Assert.Equal((1, 2), (other.Permits(accounts[0]), other.Permits(accounts[1])));
        await one.UntilAsync(() => one.Permits(accounts[0]) == 1);
    }

    [Fact]
    public async Task A_write_with_an_unknown_outcome_takes_effect_when_the_storage_is_available_again()
    {
        FrontEnd one = await cluster.LoadedAsync();
        (cluster.Store.FailsReads, cluster.Store.LosesAnswers) = (true, true);
        await Assert.ThrowsAsync<OverridesUnavailableException>(() => one.SetAsync("by itself", 1));
        Assert.Null(one.Permits("by itself"));

        (cluster.Store.FailsReads, cluster.Store.LosesAnswers) = (false, false);

        await one.UntilAsync(() => one.Permits("by itself") == 1);
    }

    [Fact]
    public async Task A_state_written_by_another_activation_is_read_and_not_undone()
    {
        string[] accounts = [.. FrontEnd.Accounts(shard: 8).Take(2)];
        FrontEnd one = await cluster.LoadedAsync();
        await one.SetAsync(accounts[0], 1);
        OverrideTables elsewhere = one.Overrides.Current;
        Assert.True(elsewhere.TryWith(FrontEnd.Change(accounts[1], 2), cluster.Time.GetUtcNow(), out var next, out _, out _));
        cluster.Store[8] = (next.Shards[8].Version, next.Shards[8].ToBytes());

        await one.SetAsync(accounts[0], 3);

        Assert.Equal((3, 2), (one.Permits(accounts[0]), one.Permits(accounts[1])));
        Assert.Equal(next.Shards[8].Version + 1, one.Overrides.Current.Shards[8].Version);
    }

    [Fact]
    public async Task A_front_end_that_starts_while_the_storage_fails_is_ready_when_it_is_available()
    {
        FrontEnd one = await cluster.LoadedAsync();
        string account = FrontEnd.Accounts(shard: 9).First();
        await one.SetAsync(account, 1);
        await cluster.DeactivateAsync(9);
        cluster.Store.FailsReads = true;

        FrontEnd late = cluster.Idle();
        await late.RenewAsync();
        await late.RenewAsync();
        Assert.Equal((false, "15 of 16 tables of overrides are loaded"), (late.Overrides.IsLoaded, late.Overrides.Missing));
        string line = Assert.Single(late.Lines);
        Assert.StartsWith("Warning: The overrides cannot be loaded: ", line);
        Assert.Contains("this front-end is not ready until they are loaded", line);
        await Assert.ThrowsAsync<OverridesUnavailableException>(() => late.SetAsync(account, 2));
        Assert.Equal(1, one.Permits(account));

        cluster.Store.FailsReads = false;
        await late.RenewAsync();
        Assert.True(late.Overrides.IsLoaded);
        Assert.Equal(1, late.Permits(account));
    }

    [Theory]
    [InlineData("nonsense", "it is damaged: its first line is not 'OrleansLimiter overrides, format 1, sha256 ' with a checksum. "
        + "Restore it from a backup, or delete it to continue without its overrides")]
    [InlineData("OrleansLimiter overrides, format 2, sha256 0\n{}", "it has format 2, which this version does not read. Start the version that wrote it")]
    public async Task A_state_that_cannot_be_read_is_refused_logged_and_left_unchanged(string text, string error)
    {
        FrontEnd before = await cluster.LoadedAsync();
        (uint version, byte[] good) = cluster.Store[10];
        byte[] content = Encoding.UTF8.GetBytes(text);
        string account = FrontEnd.Accounts(shard: 10).First();
        cluster.Store[10] = (version + 1, content);
        await cluster.DeactivateAsync(10);

        FrontEnd after = cluster.Idle();
        await Task.WhenAll(before.RenewAsync(), after.RenewAsync());
        await Task.WhenAll(before.RenewAsync(), after.RenewAsync());

        Assert.Equal((true, false), (before.Overrides.IsLoaded, after.Overrides.IsLoaded));
        Assert.Equal($"a table of overrides cannot be used: {error}", after.Overrides.Missing);
        string line = $"Error: Table 10 of overrides, stored at version {version + 1}, cannot be used and is not changed: {error}. ";
        Assert.Equal(line + "This front-end is not ready without it", Assert.Single(after.Lines));
        Assert.Contains(line + "The overrides in force stay", before.Lines);
        foreach (FrontEnd each in new[] { before, after })
        {
            var refused = await Assert.ThrowsAsync<OverridesUnavailableException>(() => each.SetAsync(account, 2));
            Assert.Contains(error, refused.Message);
            await each.SetAsync(FrontEnd.Accounts(shard: 11).First(), 3);
        }

        Assert.Equal((version + 1, content), cluster.Store[10]);
        cluster.Store[10] = (version, good);
        await cluster.DeactivateAsync(10);
        await after.RenewAsync();
        Assert.True(after.Overrides.IsLoaded);
    }

    [Fact]
    public async Task A_table_that_differs_from_its_stored_version_is_damaged()
    {
        FrontEnd one = await cluster.LoadedAsync();
        cluster.Store[12] = (7, OverrideTable.Empty.ToBytes());
        await cluster.DeactivateAsync(12);

        FrontEnd other = cluster.Idle();
        await other.RenewAsync();

        Assert.Equal("a table of overrides cannot be used: it is damaged: it is stored as version 7 and contains version 0", other.Overrides.Missing);
        cluster.Store.Clear(12);
        await cluster.DeactivateAsync(12);
        await one.RenewAsync();
        Assert.True(one.Overrides.IsLoaded);
    }

    [Fact]
    public async Task An_emptied_storage_gets_the_overrides_in_force()
    {
        string[] accounts = [.. FrontEnd.Accounts(shard: 13).Take(2)];
        FrontEnd one = await cluster.LoadedAsync();
        await one.SetAsync(accounts[0], 1);
        var kept = cluster.Store[13];
        cluster.Store.Clear(13);
        await cluster.DeactivateAsync(13);

        await one.RenewAsync();

        Assert.Equal(kept.Version, cluster.Store[13].Version);
        Assert.Equal(kept.Content, cluster.Store[13].Content);
        Assert.Equal(
            $"Warning: Table 13 of overrides is stored at version 0, but version {kept.Version} is in force; it is written back",
            one.Lines[^1]);

        cluster.Store.Clear(13);
        await cluster.DeactivateAsync(13);
        await one.SetAsync(accounts[1], 2);
        FrontEnd other = await cluster.LoadedAsync();
        Assert.Equal((1, 2), (other.Permits(accounts[0]), other.Permits(accounts[1])));
    }

    [Fact]
    public async Task All_overrides_are_in_force_after_every_silo_was_restarted()
    {
        FrontEnd one = await cluster.LoadedAsync();
        string[] accounts = [.. Enumerable.Range(1, 40).Select(i => $"restart {i}")];
        foreach (string account in accounts)
        {
            await one.SetAsync(account, account.Length);
        }

        await one.RemoveAsync(accounts[0]);

        await cluster.RestartAsync();

        FrontEnd other = await cluster.LoadedAsync();
        Assert.Null(other.Permits(accounts[0]));
        Assert.All(accounts[1..], account => Assert.Equal(account.Length, other.Permits(account)));
        Assert.Equal(
            one.Overrides.Current.Shards.Select(table => (table.Version, table.Floor, table.All.Length)),
            other.Overrides.Current.Shards.Select(table => (table.Version, table.Floor, table.All.Length)));
    }

    [Fact]
    public void A_stored_state_is_read_by_every_later_version()
    {
        const string Written =
            """{"$id":"1","$type":"OrleansLimiter.Grains.OverrideShardState, OrleansLimiter.Grains","Version":7,"Content":{"$type":"System.Byte[], System.Private.CoreLib","$value":"AQID"}}""";
        var serializer = cluster.SiloServices.GetRequiredService<IGrainStorageSerializer>();
        var state = new OverrideShardState { Version = 7, Content = [1, 2, 3] };

        Assert.Equal(Written, serializer.Serialize(state).ToString());
        var read = serializer.Deserialize<OverrideShardState>(BinaryData.FromString(Written))!;

        Assert.Equal((7u, "010203"), (read.Version, Convert.ToHexString(read.Content)));
    }
}
