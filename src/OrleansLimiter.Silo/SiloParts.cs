using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Hosting;
using OrleansLimiter.Cluster;
using OrleansLimiter.Grains;
using OrleansLimiter.Http;
using OrleansLimiter.Policies.Decisions;

namespace OrleansLimiter.Silo;

/// <summary>What this host is made of.</summary>
internal static class SiloParts
{
    private const string DashboardPath = "/dashboard";

    /// <summary>Adds the silo: its grains, membership, health, figures and dashboard.</summary>
    public static void AddSilo(this LimiterHostBuilder host)
    {
        IConfiguration configuration = host.Web.Configuration;
        host.AddDefaults(SiloDefaults.For(configuration));
        host.Web.UseOrleans(silo =>
        {
            silo.Configure<ClusterMembershipOptions>(configuration.GetSection(SiloDefaults.Membership));

            // With Orleans' default directory, a silo that leaves takes along the entries that it kept for others, and their
            // grains, which live elsewhere, are dropped with their counts. This one hands its entries over. It is marked experimental.
#pragma warning disable ORLEANSEXP003
            silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
            silo.AddLimiterGrains(host.Settings.MaxGroups).AddDashboard();
        });
        host.MapAdministration("dashboard", DashboardPath, administration => administration.MapOrleansDashboard(DashboardPath));
        host.Web.Services
            .AddSingleton(services => Figures(services.GetRequiredService<SiloGroups>()))
            .AddHealthChecks().AddCheck<SiloReadiness>("silo");
    }

    /// <summary>Adds the front-end, whose groups may live in this silo or in any other.</summary>
    public static void AddFrontEnd(this LimiterHostBuilder host) => host.Web.Services
        .AddClusterBucketStore()
        .AddClusterOverrides()
        .AddSingleton(new LimiterOptions
        {
            Deadline = host.Settings.Deadline,
            Local = new InProcessBucketStore(host.Clock, host.Settings.MaxGroups),
        });

    private static EngineFigures Figures(SiloGroups groups) =>
        new(() => groups.Living.Count, () => groups.Living.Swept, () => groups.Living.BoundReached);
}
