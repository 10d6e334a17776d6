using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using OrleansLimiter.Hosting;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The least that an HTTP answer costs: Kestrel and a handler that sets a header.</summary>
internal static class Floor
{
    /// <summary>Kestrel as it comes.</summary>
    public static Task ServeAsync(int port) => ServeAsync(port, _ => { });

    /// <summary>Kestrel on the threads that watch the sockets, as the embedded host has it.</summary>
    public static Task ServeWhereItArrivesAsync(int port)
    {
        InlineSocketCompletions.EnableForProcess();
        return ServeAsync(port, host => host.UseSockets(sockets =>
        {
            sockets.UnsafePreferInlineScheduling = true;
            sockets.WaitForDataBeforeAllocatingBuffer = false;
        }));
    }

    private static async Task ServeAsync(int port, Action<ConfigureWebHostBuilder> configure)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        configure(builder.WebHost);
        WebApplication app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        app.Run(context =>
        {
            context.Response.Headers["X-RateLimit-Limit"] = "3000";
            return Task.CompletedTask;
        });
        await app.StartAsync();
        await Allocated.ReportAsync();
    }
}
