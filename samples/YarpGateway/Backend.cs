namespace YarpGateway;

/// <summary>The API behind the gateway. It is in the same process, so that one command starts both.</summary>
internal static class Backend
{
    public static async Task<WebApplication> StartAsync(IConfiguration gateway)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(gateway["ReverseProxy:Clusters:backend:Destinations:one:Address"]!);
        builder.Logging.ClearProviders();

        WebApplication app = builder.Build();
        int exports = 0;
        app.MapPost("/exports", () => $"export {Interlocked.Increment(ref exports)}\n");
        app.MapGet("/contacts", () => "no contacts\n");
        await app.StartAsync();
        return app;
    }
}
