using OrleansLimiter.Cluster;
using OrleansLimiter.Silo;

return await LimiterHost.RunAsync(args, host =>
{
    host.AddSilo();
    if (host.Settings.FrontEnd)
    {
        host.Web.Services.AddClusterFrontEnd(host.CreateFrontEndOptions());
        host.AddHttpWarmUp();
    }
});
