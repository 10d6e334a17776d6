using OrleansLimiter.Cluster;
using OrleansLimiter.FrontEnd;

namespace OrleansLimiter.Silo.Tests;

/// <summary>The host of front-ends, before a silo that decides nothing itself.</summary>
public sealed class FrontEndClauseHost : ComposedClauseHost
{
    public override async ValueTask InitializeAsync()
    {
        await StartSiloAsync(host => host.AddSilo(), "--Limiter:FrontEnd=false");
        await AskAsync(await StartAsync(
            host =>
            {
                host.AddClusterClient();
                host.Web.Services.AddClusterFrontEnd(host.CreateFrontEndOptions());
            },
            $"--Orleans:Clustering:Gateways:0={Gateway}"));
    }
}
