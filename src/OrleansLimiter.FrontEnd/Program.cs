using OrleansLimiter.FrontEnd;
using OrleansLimiter.Http;

return await LimiterHost.RunAsync(args, host =>
{
    host.AddClient();
    host.AddFrontEnd();
});
