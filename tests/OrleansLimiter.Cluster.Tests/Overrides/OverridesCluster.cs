using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Two silos over a storage that can fail, with pushes that can be lost.</summary>
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
            silo.AddGroupGrains();
            silo.AddOutgoingGrainCallFilter(this);
            silo.AddIncomingGrainCallFilter(this);
        });
        _cluster = builder.Build();
    }

    public FakeTime Time { get; } = new();

    public bool LosesPushes { get; set; }

    /// <summary>An action that runs once, between a change and its reply.</summary>
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

    /// <summary>Deactivates the grain of a table, so that the next call reads the storage.</summary>
    public Task DeactivateAsync(int shard) => _cluster.DeactivateAsync(Client.GetGrain<IOverrideShardGrain>(shard));

    /// <summary>A front-end without background work.</summary>
    internal FrontEnd Idle(IGrainFactory? grains = null) => new(grains ?? Client, Time);

    /// <summary>A front-end that has loaded all tables.</summary>
    internal async Task<FrontEnd> LoadedAsync(IGrainFactory? grains = null)
    {
        FrontEnd frontEnd = Idle(grains);
        await frontEnd.RenewAsync();
        Assert.True(frontEnd.Overrides.IsLoaded, frontEnd.Overrides.Missing);
        return frontEnd;
    }
}
