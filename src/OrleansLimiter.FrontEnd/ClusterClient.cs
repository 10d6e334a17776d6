using Orleans.Hosting;

namespace OrleansLimiter.FrontEnd;

/// <summary>Composes the client of a front-end.</summary>
internal static class ClusterClient
{
    /// <summary>Adds the client. The host starts without waiting for a connection.</summary>
    public static void AddClusterClient(this LimiterHostBuilder host)
    {
        IServiceCollection services = host.Web.Services;
        host.AddDefaults(FrontEndDefaults.For(host.Web.Configuration));
        ServiceDescriptor[] before = [.. services.Where(IsHosted)];
        host.Web.UseOrleansClient();

        // The hosted service of Orleans would block the start of the host until a silo is found.
        foreach (ServiceDescriptor client in services.Where(IsHosted).Except(before).ToList())
        {
            services.Remove(client);
        }

        services
            .AddSingleton<ClusterConnection>()
            .AddSingleton<IClusterConnectionStatusObserver>(provider => provider.GetRequiredService<ClusterConnection>())
            .AddSingleton<IClientConnectionRetryFilter, ClientConnectionRetryFilter>()
            .AddHostedService<ClusterClientService>()
            .AddHealthChecks().AddCheck<ClusterConnection>("client");

        static bool IsHosted(ServiceDescriptor service) => service.ServiceType == typeof(IHostedService);
    }
}
