using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Http;
using OrleansLimiter.Policies.Files;
using OrleansLimiter.Policies.Overrides;
using OrleansLimiter.Testing.Clauses;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>HTTP over groups on three silos, with the policy files as they are shipped.</summary>
public sealed class ClusterClauseHost : ClauseHost
{
    private readonly LimiterCluster _cluster = new();
    private readonly TestFolder _folder = new();
    private WebApplication _app = null!;

    public override HttpClient Decisions { get; } = new();

    public override HttpClient Administration { get; } = new();

    public override DateTimeOffset UtcNow => _cluster.Time.GetUtcNow();

    public override Task TurnAsync(TimeSpan span)
    {
        _cluster.Time.Advance(span);
        return Task.CompletedTask;
    }

    public override async Task InitializeAsync()
    {
        await _cluster.InitializeAsync();
        PolicyCatalogLoad load = PolicyCatalog.Load([Path.Combine(AppContext.BaseDirectory, "policies")], _cluster.Time);
        Assert.Empty(load.Faults);

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services
            .AddSingleton(_cluster.Clock)
            .AddSingleton(load.Catalog!)
            .AddSingleton<IGroups>(_cluster.Groups)
            .AddSingleton<IOverrides>(OverrideStore.Open(_folder.Path("overrides.json"), _cluster.Time))
            .AddOrleansLimiter(options =>
            {
                options.Urls = "http://127.0.0.1:0";
                options.AdminUrls = "http://127.0.0.1:0";
                options.TrustedProxies = ["127.0.0.1"];
            });
        _app = builder.Build();
        _app.MapOrleansLimiter();
        await _app.StartAsync();
        LimiterAddresses addresses = _app.Services.GetRequiredService<LimiterAddresses>();
        Decisions.BaseAddress = new(addresses.Decisions[0]);
        Administration.BaseAddress = new(addresses.Administration[0]);
    }

    public override async Task DisposeAsync()
    {
        Decisions.Dispose();
        Administration.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _cluster.DisposeAsync();
        _folder.Dispose();
    }
}
