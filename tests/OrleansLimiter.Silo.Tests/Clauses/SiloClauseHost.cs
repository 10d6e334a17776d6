using OrleansLimiter.Cluster;

namespace OrleansLimiter.Silo.Tests;

/// <summary>The host of silos, with a front-end in the same process.</summary>
public sealed class SiloClauseHost : ComposedClauseHost
{
    public override async ValueTask InitializeAsync() => await SendAsync(await StartSiloAsync(host =>
    {
        host.AddSilo();
        host.Web.Services.AddClusterFrontEnd(host.CreateFrontEndOptions());
    }));
}
