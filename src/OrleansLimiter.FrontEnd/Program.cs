using OrleansLimiter.Cluster;
using OrleansLimiter.FrontEnd;

return await LimiterHost.RunAsync(args, host =>
{
    host.AddClusterClient();
    host.Web.Services.AddClusterFrontEnd(host.CreateFrontEndOptions());
    host.AddHttpWarmUp();
});
