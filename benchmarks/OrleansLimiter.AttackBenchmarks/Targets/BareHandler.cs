using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace OrleansLimiter.AttackBenchmarks;

/// <summary>Kestrel with its defaults, and a handler that reads the body and answers 200.</summary>
internal static class BareHandler
{
    public static async Task ServeAsync(int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        WebApplication app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.Headers["X-RateLimit-Limit"] = "3000";
        });
        await app.RunAsync();
    }
}
