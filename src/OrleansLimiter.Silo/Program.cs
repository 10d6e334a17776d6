using OrleansLimiter.Http;
using OrleansLimiter.Silo;

return await LimiterHost.RunAsync(args, host =>
{
    host.AddSilo();
    if (host.Settings.FrontEnd)
    {
        host.AddFrontEnd();
    }
});
