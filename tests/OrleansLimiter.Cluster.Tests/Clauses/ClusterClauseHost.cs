using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansLimiter.Decisions;
using OrleansLimiter.Http;
using OrleansLimiter.Testing.Clauses;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>HTTP over groups and overrides on three silos, with the policy files of the repository.</summary>
public sealed class ClusterClauseHost : ClauseHost
{
    private static readonly TimeSpan s_maxWait = TimeSpan.FromSeconds(30);

    private readonly LimiterCluster _cluster = new();
    private WebApplication _app = null!;
    private ClusterBucketStore _groups = null!;

    public override HttpClient Decisions { get; } = new();

    public override HttpClient Administration { get; } = new();

    public override DateTimeOffset UtcNow => _cluster.Time.GetUtcNow();

    public override Task AdvanceAsync(TimeSpan span)
    {
        _cluster.Time.Advance(span);

        // Decisions do not wait for commits. If the clock advanced while one is pending, the cluster would seem not to respond.
        Assert.True(SpinWait.SpinUntil(() => !_groups.IsSilent, s_maxWait), "the cluster does not answer");
        return Task.CompletedTask;
    }

    public override async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        PolicyCatalogLoad load = PolicyCatalog.Load([Path.Combine(AppContext.BaseDirectory, "policies")], _cluster.Time);
        Assert.Empty(load.Errors);

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services
            .AddSingleton(_cluster.Clock)
            .AddSingleton(load.Catalog!)
            .AddSingleton<IGrainFactory>(_cluster.Cluster.Client)
            .AddClusterBucketStore()
            .AddClusterOverrides()
            .AddOrleansLimiter(options =>
            {
                options.Urls = "http://127.0.0.1:0";
                options.AdminUrls = "http://127.0.0.1:0";
                options.TrustedProxies = ["127.0.0.1"];
            });
        _app = builder.Build();
        _app.MapOrleansLimiter();
        await _app.StartAsync();
        ClusterOverrides overrides = _app.Services.GetRequiredService<ClusterOverrides>();
        await Task.WhenAll(Enumerable.Range(0, ClusterOverrides.Shards).Select(overrides.RenewAsync));
        Assert.True(overrides.IsLoaded, overrides.Missing);
        _groups = _app.Services.GetRequiredService<ClusterBucketStore>();
        LimiterAddresses addresses = _app.Services.GetRequiredService<LimiterAddresses>();
        Decisions.BaseAddress = new(addresses.Decisions[0]);
        Administration.BaseAddress = new(addresses.Administration[0]);
    }

    public override async ValueTask DisposeAsync()
    {
        Decisions.Dispose();
        Administration.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _cluster.DisposeAsync();
    }
}
