using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using OrleansLimiter.Cluster;
using OrleansLimiter.Grains;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A silo or a client of silos, on loopback and without HTTP.</summary>
internal static class SiloHost
{
    // More than the maximum number of groups.
    private const int MaxGroups = 4_000_000;

    /// <summary>Runs a silo until the input ends.</summary>
    /// <param name="port">The port of the silo.</param>
    /// <param name="gateway">The port of its gateway.</param>
    /// <param name="primary">The port of the first silo.</param>
    /// <param name="replicas">Whether it sends replicas.</param>
    public static async Task ServeAsync(int port, int gateway, int primary, bool replicas)
    {
        using IHost host = await StartAsync(port, gateway, primary, replicas);
        await Allocated.ReportAsync(host.Services.GetRequiredService<Replicas>());
    }

    /// <summary>Starts a silo with the front-end's store in its process.</summary>
    public static async Task<IHost> StartAsync(int port, int gateway, int primary, bool replicas = true)
    {
        HostApplicationBuilder builder = Builder();
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(port, gateway, primary == port ? null : new IPEndPoint(IPAddress.Loopback, primary))
            .Configure<ReplicaOptions>(options => options.Interval = replicas ? options.Interval : TimeSpan.Zero)
            .AddGroupGrains(MaxGroups));
        return await StartAsync(builder);
    }

    /// <summary>Starts a client of silos with the front-end's store.</summary>
    public static async Task<IHost> ConnectAsync(params int[] gateways)
    {
        HostApplicationBuilder builder = Builder();
        builder.UseOrleansClient(client => client.UseLocalhostClustering(gateways));
        return await StartAsync(builder);
    }

    private static HostApplicationBuilder Builder()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.AddFilter(level => level >= LogLevel.Error);
        builder.Services.AddSingleton(new LimiterClock(TimeProvider.System)).AddClusterBucketStore();
        return builder;
    }

    private static async Task<IHost> StartAsync(HostApplicationBuilder builder)
    {
        IHost host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
