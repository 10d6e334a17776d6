using OrleansLimiter.Cluster;
using OrleansLimiter.FrontEnd;
using OrleansLimiter.Hosting;

return await LimiterHost.RunAsync(args, host =>
{
    host.AddClusterClient();
    host.Web.Services.AddClusterFrontEnd(host.CreateFrontEndOptions());
});
