using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Dashboard;
using OrleansLimiter.Grains;
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
        host.ShutdownTimeout += host.Settings.HandOverTimeout;
        host.Web.Services.PostConfigure<HostOptions>(options => options.ShutdownTimeout += host.Settings.HandOverTimeout);
        host.ShutdownAbandoned = services => services.GetRequiredService<HandOvers>().Abandoned;
        if (SiloDefaults.IsCluster(configuration))
        {
            host.Web.Services.AddHostedService<MembershipTableWait>(); // before the service that starts the silo
        }

        host.Web.UseOrleans(silo =>
        {
            silo.Configure<ClusterMembershipOptions>(configuration.GetSection(SiloDefaults.Membership));
            silo.Configure<GrainDirectoryOptions>(configuration.GetSection(SiloDefaults.Directory));
            silo.Configure<HandOverOptions>(options =>
                (options.Timeout, options.AbandonAfter) = (host.Settings.HandOverTimeout, host.GracefulTimeout));
            silo.Configure<ReplicaOptions>(options => options.Interval = host.Settings.ReplicaInterval);

            // In the default directory of Orleans, the entries of a silo that leaves are lost, and grains of other silos are deactivated
            // with their counts. This directory, which is experimental, transfers its entries.
#pragma warning disable ORLEANSEXP003
            silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
            silo.AddLimiterGrains(host.Settings.MaxGroups, host.Settings.MaxGroupMemory, host.Settings.DecideWhenIsolated).AddDashboard(
                dashboard => dashboard.HideTrace = true); // its response never ends, so a stop would wait for it
            if (SiloDefaults.KeepsCounts(configuration))
            {
                silo.AddLimiterCounts();
            }
            else
            {
                silo.Services.AddHostedService<CountsNotKept>();
            }

            silo.AddInboundConnectionBounds(ConnectionLimits.MaxOfOrleansPort());
        });
        host.MapAdministration("dashboard", DashboardPath, administration => administration.MapOrleansDashboard(DashboardPath));
        host.Web.Services
            .AddSingleton(services => new StoreCounters(services.GetRequiredService<SiloGroupRegistry>().Living) { MustNotPause = true })
            .AddHostedService<DashboardReporter>()
            .AddHealthChecks().AddCheck<SiloHealthCheck>("silo");
    }
}
