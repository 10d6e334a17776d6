using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using OrleansLimiter.AspNetCore;
using OrleansLimiter.Decisions;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Apps that count in a cluster by <c>UseCluster()</c>, with an Orleans client or a silo of their own.</summary>
public class UseClusterTests
{
    private const string NeitherClientNorSilo =
        "The limiter counts in a cluster, but this app has neither an Orleans client nor a silo: call builder.UseOrleansClient(…), or "
        + "builder.UseOrleans(silo => silo.AddLimiterGrains())";

    [Fact]
    public async Task An_app_without_a_client_or_a_silo_does_not_start_and_says_what_to_add()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => ClusterApp.StartAsync(_ => { }));

        Assert.Equal(NeitherClientNorSilo, error.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_app_starts_while_no_silo_is_reachable_and_on_failure_decides(bool orleansIsFirst)
    {
        await using ClusterApp app = await ClusterApp.StartAsync(ClusterApp.ClientOf(ClusterApp.FreePorts().Gateway), orleansIsFirst);

        Assert.Equal((200, "unreachable"), await app.RequestAsync("a"));
        Assert.Equal(["client", "overrides", "warm-up"], (await app.UnhealthyAsync()).Except(["groups"]));
        Assert.DoesNotContain(app.Log.At(LogLevel.Warning), text => text.Contains("waits for a silo", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Apps_with_a_client_share_counts_and_overrides_with_an_app_that_holds_them(bool orleansIsFirst)
    {
        (int port, int gateway) = ClusterApp.FreePorts();
        await using ClusterApp client = await ClusterApp.StartAsync(ClusterApp.ClientOf(gateway), orleansIsFirst);
        await using ClusterApp silo = await ClusterApp.StartAsync(ClusterApp.Silo(port, gateway), orleansIsFirst);
        await client.HealthyAsync();
        await silo.HealthyAsync();

        Assert.Equal((200, "2"), await silo.RequestAsync("a"));
        Assert.Equal((200, "1"), await client.RequestAsync("a"));
        Assert.Equal((200, "0"), await silo.RequestAsync("a"));
        Assert.Equal((429, "0"), await client.RequestAsync("a"));
        Assert.Equal((200, "2"), await client.RequestAsync("b"));

        IOverrides overrides = client.Services.GetRequiredService<IOverrides>();
        OverrideReply reply = await overrides.SetAsync(TenFor("a"));
        Assert.Null(reply.Error);
        Assert.Equal((200, "6"), await client.RequestAsync("a"));
    }

    [Fact]
    public async Task The_built_in_middleware_and_limiters_of_accounts_count_in_the_cluster()
    {
        (int port, int gateway) = ClusterApp.FreePorts();
        await using ClusterApp silo = await ClusterApp.StartAsync(ClusterApp.Silo(port, gateway));
        await using ClusterApp client = await ClusterApp.StartAsync(ClusterApp.ClientOf(gateway), isBuiltIn: true);
        await silo.HealthyAsync();
        await client.HealthyAsync();
        using RateLimiter limiter = client.Services.GetRequiredService<PolicyRateLimiters>()
            .ForAccount(new() { Limits = "things", Account = new(AccountKind.Id, "a") });

        Assert.Equal((200, "2"), await client.RequestAsync("a"));
        Assert.Equal((200, "1"), await silo.RequestAsync("a"));
        using RateLimitLease third = await limiter.AcquireAsync();
        using RateLimitLease fourth = await limiter.AcquireAsync();

        Assert.Equal((true, false), (third.IsAcquired, fourth.IsAcquired));
        Assert.True(fourth.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait));
        Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.Equal((429, "0"), await client.RequestAsync("a"));
        Assert.Equal((200, "2"), await client.RequestAsync("b"));
    }

    [Fact]
    public async Task Apps_with_silos_of_one_cluster_share_counts_and_hear_each_other()
    {
        (int port, int gateway) = ClusterApp.FreePorts();
        (int otherPort, int otherGateway) = ClusterApp.FreePorts();
        await using ClusterApp first = await ClusterApp.StartAsync(ClusterApp.Silo(port, gateway));
        await using ClusterApp second = await ClusterApp.StartAsync(ClusterApp.Silo(otherPort, otherGateway, primary: port));
        await first.HealthyAsync();
        await second.HealthyAsync();

        foreach (string account in (string[])["a", "b", "c", "d"])
        {
            Assert.Equal((200, "2"), await first.RequestAsync(account));
            Assert.Equal((200, "1"), await second.RequestAsync(account));
            Assert.Equal((200, "0"), await first.RequestAsync(account));
            Assert.Equal((429, "0"), await second.RequestAsync(account));
        }
    }

    [Fact]
    public async Task A_silo_without_the_grains_says_so()
    {
        (int port, int gateway) = ClusterApp.FreePorts();
        await using ClusterApp app = await ClusterApp.StartAsync(
            builder => builder.UseOrleans(silo => silo.UseLocalhostClustering(port, gateway)));

        Assert.Contains(
            "The silo of this app holds no bucket groups, so another silo of its cluster must: call silo.AddLimiterGrains() on each silo",
            app.Log.At(LogLevel.Warning));
        Assert.Equal((200, "unreachable"), await app.RequestAsync("a"));
    }

    [Fact]
    public async Task An_app_that_names_no_storage_keeps_overrides_in_memory_and_says_so()
    {
        (int port, int gateway) = ClusterApp.FreePorts();
        await using ClusterApp app = await ClusterApp.StartAsync(ClusterApp.Silo(port, gateway));
        await app.HealthyAsync();

        Assert.Single(app.Log.At(LogLevel.Warning), text => text.StartsWith("Overrides are in the memory of the silos", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Overrides_are_in_the_storage_that_an_app_adds_before_or_after_the_grains(bool storageIsFirst)
    {
        (int port, int gateway) = ClusterApp.FreePorts();
        var store = new FaultyStore();
        await using ClusterApp app = await ClusterApp.StartAsync(builder => builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(port, gateway);
            if (!storageIsFirst)
            {
                silo.AddLimiterGrains();
            }

            silo.Services.AddKeyedSingleton<Orleans.Storage.IGrainStorage>("overrides", store);
            silo.AddLimiterGrains();
        }));
        await app.HealthyAsync();
        IOverrides overrides = app.Services.GetRequiredService<IOverrides>();

        Override change = TenFor("a");
        await overrides.SetAsync(change);

        Assert.NotEqual(0u, store[OverrideTables.ShardOf(change.Account, ClusterOverrides.Shards)].Version);
        Assert.DoesNotContain(app.Log.At(LogLevel.Warning), text => text.StartsWith("Overrides are in the memory", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_silo_that_keeps_counts_without_a_storage_does_not_start_and_says_what_to_add()
    {
        (int port, int gateway) = ClusterApp.FreePorts();

        var error = await Assert.ThrowsAnyAsync<Exception>(() => ClusterApp.StartAsync(
            ClusterApp.Silo(port, gateway, silo => silo.AddLimiterCounts())));

        Assert.Contains("has no grain storage named 'counts': add one, such as silo.AddAdoNetGrainStorage(\"counts\", …)", error.ToString());
    }

    [Fact]
    public async Task A_deadline_that_is_too_short_stops_the_start()
    {
        var error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ClusterApp.StartAsync(
            ClusterApp.ClientOf(ClusterApp.FreePorts().Gateway), configure: options => options.Deadline = TimeSpan.Zero));

        Assert.StartsWith("the deadline of a decision is 0 ms; it must be from 1 ms to 10 s", error.Message);
    }

    [Fact]
    public async Task A_service_without_endpoints_asks_the_limiter_by_the_name_of_a_policy()
    {
        (int port, int gateway) = ClusterApp.FreePorts();
        await using ClusterApp silo = await ClusterApp.StartAsync(ClusterApp.Silo(port, gateway));
        using var folder = new TestFolder();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new() { ContentRootPath = folder.Path("") });
        folder.Write("things.yaml", ClusterApp.Policy);
        builder.UseOrleansClient(client => client.UseLocalhostClustering(gateway));
        builder.Services.AddOrleansLimiter(options => options.Policies.Add("things.yaml"))
            .UseCluster(options => options.Deadline = TimeSpan.FromSeconds(10));
        using IHost worker = builder.Build();
        await worker.StartAsync();
        await silo.HealthyAsync();
        Limiter limiter = worker.Services.GetRequiredService<Limiter>();
        using var end = new CancellationTokenSource(ClusterApp.MaxWait);
        while (((await limiter.CheckAsync("things", new("w") { Peek = true })).Notes & DecisionNotes.FailureDecided) != 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), end.Token); // the client connects in the background
        }

        Assert.True((await limiter.CheckAsync("things", new("w") { Cost = 3 })).Allowed);
        Assert.Equal((429, "0"), await silo.RequestAsync("w"));
        await worker.StopAsync();
    }

    private static Override TenFor(string account) =>
        new() { Account = new(AccountKind.Id, account), Policy = "things", Limit = "account", Permits = 10 };
}
