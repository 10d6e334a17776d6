using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Overrides that are set through one front-end and come into force in all.</summary>
public sealed class OverridesInForceTests(OverridesCluster cluster) : IClassFixture<OverridesCluster>
{
    [Fact]
    public async Task A_change_is_in_force_when_it_returns_and_soon_in_every_other_front_end()
    {
        FrontEnd one = await cluster.LoadedAsync();
        FrontEnd other = await cluster.LoadedAsync();
        FrontEnd inSilo = await cluster.LoadedAsync(cluster.SiloServices.GetRequiredService<IGrainFactory>());

        Override kept = await one.SetAsync("everywhere", 7);

        Assert.Equal(FrontEnd.Change("everywhere", 7) with { SetAt = cluster.Time.GetUtcNow(), Version = kept.Version }, kept);
        Assert.Equal(7, one.Permits("everywhere"));
        await other.UntilAsync(() => other.Permits("everywhere") == 7);
        await inSilo.UntilAsync(() => inSilo.Permits("everywhere") == 7);

        Assert.Equal(1, await inSilo.RemoveAsync("everywhere"));
        Assert.Null(inSilo.Permits("everywhere"));
        await one.UntilAsync(() => one.Permits("everywhere") is null);
        await other.UntilAsync(() => other.Permits("everywhere") is null);
    }

    [Fact]
    public async Task Concurrent_changes_through_two_front_ends_are_all_stored()
    {
        FrontEnd[] frontEnds = [await cluster.LoadedAsync(), await cluster.LoadedAsync()];
        string[] accounts = [.. FrontEnd.Accounts(shard: 3).Take(30), .. FrontEnd.Accounts(shard: 4).Take(10)];

        await Task.WhenAll(accounts.Select((account, i) => Task.Run(() => frontEnds[i % 2].SetAsync(account, i + 1))));

        FrontEnd third = await cluster.LoadedAsync();
        Assert.Equal(accounts.Select((_, i) => (int?)i + 1), accounts.Select(third.Permits));
        foreach (FrontEnd each in frontEnds)
        {
            await each.UntilAsync(() => accounts.Select((account, i) => each.Permits(account) == i + 1).All(same => same));
        }
    }

    [Fact]
    public async Task A_front_end_with_an_old_table_does_not_undo_newer_changes()
    {
        string[] accounts = [.. FrontEnd.Accounts(shard: 5).Take(2)];
        FrontEnd one = await cluster.LoadedAsync();
        FrontEnd deaf = await cluster.LoadedAsync();
        await WithoutPushesAsync(async () =>
        {
            await one.SetAsync(accounts[0], 1);
            Assert.Null(deaf.Permits(accounts[0]));
            await deaf.SetAsync(accounts[1], 2);
        });
        Assert.Equal((1, 2), (deaf.Permits(accounts[0]), deaf.Permits(accounts[1])));
    }

    [Fact]
    public async Task A_change_without_effect_is_checked_against_the_stored_table()
    {
        FrontEnd one = await cluster.LoadedAsync();
        FrontEnd deaf = await cluster.LoadedAsync();
        await WithoutPushesAsync(async () =>
        {
            await one.SetAsync("unheard", 1);
            Assert.Equal(1, await deaf.RemoveAsync("unheard"));
        });
        Assert.Equal(0, await deaf.RemoveAsync("unheard"));
    }

    [Fact]
    public async Task Expired_overrides_are_neither_in_force_nor_counted_in_any_front_end()
    {
        FrontEnd one = await cluster.LoadedAsync();
        FrontEnd other = await cluster.LoadedAsync();
        DateTimeOffset until = cluster.Time.GetUtcNow() + TimeSpan.FromHours(1);
        await one.SetAsync("lapsing", 7, until);
        await other.UntilAsync(() => other.Permits("lapsing") == 7);
        FrontEnd[] both = [one, other];
        int[] counts = [.. both.Select(each => each.Overrides.Current.CountAt(cluster.Time.GetUtcNow()))];
        OverrideTables[] before = [.. both.Select(each => each.Overrides.Current)];

        cluster.Time.AdjustTime(until);

        Assert.Equal([null, null], both.Select(each => each.Permits("lapsing")));
        Assert.Equal(counts.Select(count => count - 1), both.Select(each => each.Overrides.Current.CountAt(until)));
        Assert.Equal(before, both.Select(each => each.Overrides.Current));
        Assert.Equal(0, await one.RemoveAsync("lapsing"));
    }

    [Fact]
    public async Task A_refused_change_has_a_reply_and_changes_nothing()
    {
        FrontEnd one = await cluster.LoadedAsync();
        Override change = FrontEnd.Change("refused", 1);
        Assert.Null((await one.Overrides.SetAsync(change with { When = new([new("plan", ["prime"])]) })).Error);
        OverrideTables before = one.Overrides.Current;

        OverrideReply reply = await one.Overrides.SetAsync(change with { When = new([new("mode", ["live"])]) });

        Assert.Null(reply.Kept);
        Assert.Equal("when", reply.Error!.Field);
        Assert.Same(before, one.Overrides.Current);
    }

    [Fact]
    public async Task A_lost_push_is_repaired_by_the_next_renewal()
    {
        FrontEnd one = await cluster.LoadedAsync();
        FrontEnd deaf = cluster.Idle();
        await deaf.Overrides.StartAsync(default);
        await deaf.UntilAsync(() => deaf.Lines.Any(line => line.StartsWith("Information: All overrides are loaded: ", StringComparison.Ordinal)));
        await WithoutPushesAsync(async () =>
        {
            await one.SetAsync("lost", 7);
            Assert.Null(deaf.Permits("lost"));
            cluster.Time.Advance(ClusterOverrides.RenewalPeriod);
            await deaf.UntilAsync(() => deaf.Permits("lost") == 7);
        });
        await deaf.Overrides.StopAsync(default);
    }

    [Fact]
    public async Task A_late_push_undoes_nothing()
    {
        FrontEnd one = await cluster.LoadedAsync();
        await one.SetAsync("late", 1);
        (uint version, byte[] content) = cluster.Store[FrontEnd.ShardOf("late")];
        await one.SetAsync("late", 2);

        ((IOverrideObserver)one.Overrides).Changed(new(FrontEnd.ShardOf("late"), version, content));
        ((IOverrideObserver)one.Overrides).Changed(new(ClusterOverrides.Shards, uint.MaxValue, content));

        Assert.Equal(2, one.Permits("late"));
    }

    [Fact]
    public async Task A_push_that_arrives_before_the_reply_to_an_earlier_change_stays_in_force()
    {
        string[] accounts = [.. FrontEnd.Accounts(shard: 14).Take(2)];
        FrontEnd one = await cluster.LoadedAsync();
        cluster.BeforeAnswer = () =>
        {
            OverrideTables kept = one.Overrides.Current.With(14, Parsed(cluster.Store[14].Content));
            Assert.True(kept.TryWith(FrontEnd.Change(accounts[1], 2), cluster.Time.GetUtcNow(), out var next, out _, out _));
            ((IOverrideObserver)one.Overrides).Changed(new(14, next.Shards[14].Version, next.Shards[14].ToBytes()));
        };

        await one.SetAsync(accounts[0], 1);

        Assert.Equal((1, 2), (one.Permits(accounts[0]), one.Permits(accounts[1])));
    }

    [Fact]
    public async Task A_change_whose_reply_is_lost_is_in_force()
    {
        FrontEnd one = await cluster.LoadedAsync();
        cluster.BeforeAnswer = () => throw new TimeoutException("the answer was lost");

        await one.SetAsync("hidden", 1);

        Assert.Equal(1, one.Permits("hidden"));
    }

    [Fact]
    public async Task A_host_is_not_ready_before_its_overrides_are_loaded()
    {
        var services = new ServiceCollection();
        FrontEnd heard = cluster.Idle();
        services.AddLogging().AddSingleton<ILogger<ClusterOverrides>>(heard)
            .AddSingleton(new LimiterClock(cluster.Time)).AddSingleton(cluster.Client).AddClusterOverrides();
        await using ServiceProvider host = services.BuildServiceProvider();
        HealthCheckService health = host.GetRequiredService<HealthCheckService>();

        HealthReportEntry before = (await health.CheckHealthAsync()).Entries["overrides"];
        Assert.Equal((HealthStatus.Unhealthy, "0 of 16 tables of overrides are loaded"), (before.Status, before.Description));

        await Assert.Single(host.GetServices<IHostedService>().OfType<ClusterOverrides>()).StartAsync(default);
        await heard.UntilAsync(() => heard.Lines.Length > 0);

        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync()).Status);
        Assert.Same(host.GetRequiredService<ClusterOverrides>(), host.GetRequiredService<IOverrides>());
    }

    private static OverrideTable Parsed(byte[] content)
    {
        Assert.True(OverrideTable.TryParse(content, out OverrideTable? table, out string? error, out _), error);
        return table;
    }

    private async Task WithoutPushesAsync(Func<Task> body)
    {
        cluster.LosesPushes = true;
        try
        {
            await body();
        }
        finally
        {
            cluster.LosesPushes = false;
        }
    }
}
