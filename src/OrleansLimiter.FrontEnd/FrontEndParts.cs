using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Hosting;
using OrleansLimiter.Cluster;
using OrleansLimiter.Http;
using OrleansLimiter.Policies.Decisions;

namespace OrleansLimiter.FrontEnd;

/// <summary>What this host is made of.</summary>
internal static class FrontEndParts
{
    /// <summary>Adds the client of the cluster, which is not waited for.</summary>
    public static void AddClient(this LimiterHostBuilder host)
    {
        IServiceCollection services = host.Web.Services;
        host.AddDefaults(FrontEndDefaults.For(host.Web.Configuration));
        ServiceDescriptor[] before = [.. services.Where(IsHosted)];
        host.Web.UseOrleansClient();

        // Orleans' own service would keep the host from listening until a silo is found.
        foreach (ServiceDescriptor client in services.Where(IsHosted).Except(before).ToList())
        {
            services.Remove(client);
        }

        services
            .AddSingleton<ClusterConnection>()
            .AddSingleton<IClusterConnectionStatusObserver>(provider => provider.GetRequiredService<ClusterConnection>())
            .AddSingleton<IClientConnectionRetryFilter, Patience>()
            .AddHostedService<ClientService>()
            .AddHealthChecks().AddCheck<ClusterConnection>("client");

        static bool IsHosted(ServiceDescriptor service) => service.ServiceType == typeof(IHostedService);
    }

    /// <summary>Adds groups and overrides of the cluster.</summary>
    public static void AddFrontEnd(this LimiterHostBuilder host) => host.Web.Services
        .AddClusterBucketStore()
        .AddClusterOverrides()
        .AddSingleton(new LimiterOptions
        {
            Deadline = host.Settings.Deadline,
            Local = new InProcessBucketStore(host.Clock, host.Settings.MaxGroups),
        });
}
