using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Two silos over a store that can fail, and pushes that can be lost.</summary>
public sealed class OverridesCluster : IAsyncLifetime, IOutgoingGrainCallFilter, IIncomingGrainCallFilter
{
    private readonly InProcessTestCluster _cluster;

    public OverridesCluster()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureHost(host => host.Logging.ClearProviders());
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(new LimiterClock(Time));
            silo.Services.AddKeyedSingleton<IGrainStorage>("overrides", Store);
            silo.AddLimiterGrains();
            silo.AddOutgoingGrainCallFilter(this);
            silo.AddIncomingGrainCallFilter(this);
        });
        _cluster = builder.Build();
    }

    public FakeTime Time { get; } = new();

    public bool LosesPushes { get; set; }

    /// <summary>What happens once, between a swap and its answer.</summary>
    public Action? BeforeAnswer { get; set; }

    internal FaultyStore Store { get; } = new();

    public IGrainFactory Client => _cluster.Client;

    public IServiceProvider SiloServices => _cluster.GetSiloServiceProvider();

    public ValueTask InitializeAsync() => new(_cluster.DeployAsync());

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    public Task Invoke(IOutgoingGrainCallContext context) =>
        LosesPushes && context.InterfaceMethod.DeclaringType == typeof(IOverrideObserver) ? Task.CompletedTask : context.Invoke();

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        if (BeforeAnswer is { } act && context.ImplementationMethod.Name == nameof(IOverrideShardGrain.SwapAsync))
        {
            BeforeAnswer = null;
            act();
        }
    }

    public async Task RestartAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.StartSilosAsync(2);
        await _cluster.InitializeClientAsync();
    }

    /// <summary>Ends the activation of a table's grain: the next call reads the store.</summary>
    public Task DeactivateAsync(int shard) => _cluster.DeactivateAsync(Client.GetGrain<IOverrideShardGrain>(shard));

    /// <summary>A front-end of which nothing runs by itself.</summary>
    internal FrontEnd Idle(IGrainFactory? grains = null) => new(grains ?? Client, Time);

    /// <summary>A front-end that has loaded everything.</summary>
    internal async Task<FrontEnd> LoadedAsync(IGrainFactory? grains = null)
    {
        FrontEnd frontEnd = Idle(grains);
        await frontEnd.RenewAsync();
        Assert.True(frontEnd.Overrides.IsLoaded, frontEnd.Overrides.Missing);
        return frontEnd;
    }
}
