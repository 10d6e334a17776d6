using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using OrleansLimiter.Hosting;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The minimum cost of an HTTP response: Kestrel and a handler that sets a header.</summary>
internal static class Floor
{
    /// <summary>Kestrel with its defaults.</summary>
    public static Task ServeAsync(int port) => ServeAsync(port, _ => { });

    /// <summary>Kestrel with requests served on the threads that watch the sockets, as in the embedded host.</summary>
    public static Task ServeInlineAsync(int port)
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
