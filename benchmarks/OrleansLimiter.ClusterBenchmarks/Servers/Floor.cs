using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The least that an HTTP answer costs: Kestrel and a handler that sets a header.</summary>
internal static class Floor
{
    public static async Task ServeAsync(int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        WebApplication app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        app.Run(context =>
        {
            context.Response.Headers["X-RateLimit-Limit"] = "3000";
            return Task.CompletedTask;
        });
        await app.StartAsync();
        await Allocated.TellAsync();
    }
}
