using OrleansLimiter.Cluster;

namespace OrleansLimiter.Silo.Tests;

/// <summary>The host of silos, with the front-end inside.</summary>
public sealed class SiloClauseHost : ComposedClauseHost
{
    public override async ValueTask InitializeAsync() => await AskAsync(await StartSiloAsync(host =>
    {
        host.AddSilo();
        host.Web.Services.AddClusterFrontEnd(host.CreateFrontEndOptions());
    }));
}
