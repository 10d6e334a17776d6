using OrleansLimiter.Cluster;
using OrleansLimiter.FrontEnd;

namespace OrleansLimiter.Silo.Tests;

/// <summary>The host of front-ends, with a silo that has no front-end of its own.</summary>
public sealed class FrontEndClauseHost : ComposedClauseHost
{
    public override async ValueTask InitializeAsync()
    {
        await StartSiloAsync(host => host.AddSilo(), "--Limiter:FrontEnd=false");
        await SendAsync(await StartAsync(
            host =>
            {
                host.AddClusterClient();
                host.Web.Services.AddClusterFrontEnd(host.CreateFrontEndOptions());
            },
            $"--Orleans:Clustering:Gateways:0={Gateway}"));
    }
}
