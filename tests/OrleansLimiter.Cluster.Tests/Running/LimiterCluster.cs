using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Hosting;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>
/// Three silos and a client in this process. They share a fake clock of the limiter. The clock of Orleans
/// is the real one.
/// </summary>
public sealed class LimiterCluster : IAsyncLifetime
{
    private readonly Lazy<InProcessTestCluster> _cluster;

    public LimiterCluster()
        : this(filter: null)
    {
    }

    internal LimiterCluster(
        IIncomingGrainCallFilter? filter, int maxGroups = LivingGroups.DefaultMax, short silos = 3, bool probes = false,
        TimeSpan? handOver = null, bool replicas = false, bool fencing = false, IGrainStorage? counts = null,
        CountsOptions? countsOptions = null)
    {
        Clock = new(Time);
        _cluster = new(() =>
        {
            var builder = new InProcessTestClusterBuilder(silos);
            builder.Options.ConfigureFileLogging = false;
            builder.ConfigureHost(host => host.Logging.ClearProviders());
            builder.ConfigureSilo((_, silo) =>
            {
                silo.Services.AddSingleton(Clock);
                silo.AddGroupGrains(maxGroups).AddMemoryGrainStorage("overrides");

                // The fake clock can move by minutes while a replica is on its way, so a test of replicas begins each pass itself.
                silo.Services.Configure<ReplicaOptions>(options => options.Interval = TimeSpan.FromHours(replicas ? 1 : 0));
                silo.Services.Configure<HandOverOptions>(options => options.Timeout = handOver ?? options.Timeout);
                if (probes)
                {
                    silo.AddActivationProbe();
                }

                if (fencing)
                {
                    silo.AddFencing(decideWhenIsolated: false);
                }

                if (counts is not null)
                {
                    silo.Services.AddKeyedSingleton(CountsOptions.StorageName, counts);
                    silo.AddLimiterCounts(countsOptions ?? new());
                }

                if (filter is not null)
                {
                    silo.AddIncomingGrainCallFilter(filter);
                }
            });
            return builder.Build();
        });
    }

    public FakeTime Time { get; } = new();

    public LimiterClock Clock { get; }

    public InProcessTestCluster Cluster => _cluster.Value;

    /// <summary>A front-end's store over the cluster's client.</summary>
    public ClusterBucketStore Groups { get; private set; } = null!;

    /// <summary>The groups of every silo.</summary>
    public IEnumerable<SiloGroupRegistry> Silos =>
        Cluster.Silos.Select(silo => Cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<SiloGroupRegistry>());

    public async ValueTask InitializeAsync()
    {
        await Cluster.DeployAsync();
        _ = Silos.ToArray(); // starts the sweeps, as the first group of a silo does, so that tests can count timers
        Groups = FrontEnd();
    }

    /// <summary>A front-end without cached locations.</summary>
    public ClusterBucketStore FrontEnd() => new(Cluster.Client, Clock, NullLogger<ClusterBucketStore>.Instance);

    /// <summary>A front-end in the process of a silo, composed as in that host.</summary>
    public ClusterBucketStore FrontEndInside(int silo)
    {
        IServiceProvider services = Cluster.GetSiloServiceProvider(Cluster.Silos[silo].SiloAddress);
        return new(
            services.GetRequiredService<IGrainFactory>(),
            Clock,
            NullLogger<ClusterBucketStore>.Instance,
            options: null,
            services.GetRequiredService<ILocalGroups>(),
            services.GetRequiredService<IHostingSilos>());
    }

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();
}
