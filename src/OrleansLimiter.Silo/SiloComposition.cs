using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Hosting;
using OrleansLimiter.Grains;
using OrleansLimiter.Hosting;
using OrleansLimiter.Http;

namespace OrleansLimiter.Silo;

/// <summary>Composes the host of a silo.</summary>
internal static class SiloComposition
{
    private const string DashboardPath = "/dashboard";

    /// <summary>Adds the silo: its grains, membership, health check, metrics and dashboard.</summary>
    public static void AddSilo(this LimiterHostBuilder host)
    {
        IConfiguration configuration = host.Web.Configuration;
        host.AddDefaults(SiloDefaults.For(configuration));
        host.Web.UseOrleans(silo =>
        {
            silo.Configure<ClusterMembershipOptions>(configuration.GetSection(SiloDefaults.Membership));

            // With Orleans' default directory, the entries that a leaving silo kept for grains of other silos are lost, and those
            // grains are dropped with their counts. This one hands its entries over. It is marked experimental.
#pragma warning disable ORLEANSEXP003
            silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
            silo.AddLimiterGrains(host.Settings.MaxGroups).AddDashboard();
        });
        host.MapAdministration("dashboard", DashboardPath, administration => administration.MapOrleansDashboard(DashboardPath));
        host.Web.Services
            .AddSingleton(services => Counters(services.GetRequiredService<SiloGroupRegistry>()))
            .AddHealthChecks().AddCheck<SiloHealthCheck>("silo");
    }

    private static StoreCounters Counters(SiloGroupRegistry groups) =>
        new(() => groups.Living.Count, () => groups.Living.Swept, () => groups.Living.BoundReached);
}
