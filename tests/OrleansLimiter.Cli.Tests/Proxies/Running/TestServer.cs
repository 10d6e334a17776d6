using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Cli.Tests;

/// <summary>An HTTP server in the process of the test: the API behind a proxy, or a limiter with a fixed status.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SeenRequest> _seen = new();

    private TestServer()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestHeadersTotalSize = 1 << 20);
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Writes a response. By default it is <c>done</c>, with the status that the query names, like <c>?status=404</c>.</summary>
    public Func<HttpContext, Task> Respond { get; set; } = context =>
    {
        context.Response.StatusCode = int.TryParse(context.Request.Query["status"], out int status) ? status : 200;
        return context.Response.WriteAsync("done");
    };

    public static async Task<TestServer> StartAsync()
    {
        var server = new TestServer();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>The requests since the last call.</summary>
    public SeenRequest[] Take()
    {
        var taken = new List<SeenRequest>();
        while (_seen.TryDequeue(out SeenRequest? request))
        {
            taken.Add(request);
        }

        return [.. taken];
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        string body = await reader.ReadToEndAsync();
        _seen.Enqueue(new(
            context.Request.Method,
            context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body,
            context.Connection.Id));
        await Respond(context);
    }
}

/// <summary>A request that reached a server.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">The path and query as they were sent.</param>
/// <param name="Headers">The headers; values of repeated headers are joined by commas.</param>
/// <param name="Body">The body.</param>
/// <param name="Connection">An id of the connection.</param>
internal sealed record SeenRequest(
    string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body, string Connection)
{
    /// <summary>The value of a header; empty if it is absent.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");
}
