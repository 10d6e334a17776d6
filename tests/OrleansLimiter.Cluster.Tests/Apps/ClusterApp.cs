using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using OrleansLimiter.AspNetCore;
using OrleansLimiter.Decisions;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>An app of a user, on a free port of 127.0.0.1: it limits <c>/things</c> by three a minute for each account.</summary>
internal sealed class ClusterApp : IAsyncDisposable
{
    public static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(1);

    /// <summary>The policy of the apps.</summary>
    public const string Policy = """
        policy: things
        generation: 1
        identity:
          account: [header:X-Account]
        unlisted: shared
        limits:
          - { name: account, scope: account, algorithm: fixed-window, permits: 3, window: 60s }
        responses:
          always:
            X-Remaining: "{remaining}"
        on-failure: allow
        """;

    private readonly WebApplication _app;
    private readonly TestFolder _folder;

    private ClusterApp(WebApplication app, TestFolder folder)
    {
        (_app, _folder) = (app, folder);
        Client = new() { BaseAddress = new(app.Urls.Single()), Timeout = MaxWait };
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public TestLog Log => Services.GetRequiredService<TestLog>();

    /// <summary>Starts an app whose Orleans is added before or after the limiter, with our middleware or the built-in one.</summary>
    public static async Task<ClusterApp> StartAsync(
        Action<WebApplicationBuilder> orleans, bool orleansIsFirst = true, Action<ClusterLimiterOptions>? configure = null,
        bool isBuiltIn = false)
    {
        var folder = new TestFolder();
        folder.Write("things.yaml", Policy);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = folder.Path(""), EnvironmentName = Environments.Development });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TestLog>().AddSingleton<ILoggerProvider>(services => services.GetRequiredService<TestLog>());
        if (orleansIsFirst)
        {
            orleans(builder);
        }

        LimiterBuilder limiter = builder.Services.AddOrleansLimiter(options => options.Policies.Add("things.yaml"))
            .UseCluster(options => options.Deadline = TimeSpan.FromSeconds(10)).UseCluster(configure);
        if (!orleansIsFirst)
        {
            orleans(builder);
        }

        _ = isBuiltIn ? limiter.UseBuiltInMiddleware() : limiter;
        WebApplication app = builder.Build();
        _ = isBuiltIn ? app.UseRateLimiter() : app.UseOrleansLimiter();
        app.MapGet("/things", () => "");
        try
        {
            await app.StartAsync().WaitAsync(MaxWait);
            return new(app, folder);
        }
        catch
        {
            await app.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Returns unused ports of 127.0.0.1, one for silos and one for clients.</summary>
    public static (int Silo, int Gateway) FreePorts()
    {
        using var silo = new TcpListener(IPAddress.Loopback, 0);
        using var gateway = new TcpListener(IPAddress.Loopback, 0);
        silo.Start();
        gateway.Start();
        return (((IPEndPoint)silo.LocalEndpoint).Port, ((IPEndPoint)gateway.LocalEndpoint).Port);
    }

    /// <summary>Adds a client of a silo on this machine.</summary>
    public static Action<WebApplicationBuilder> ClientOf(int gateway) =>
        builder => builder.UseOrleansClient(client => client.UseLocalhostClustering(gateway));

    /// <summary>Adds a silo on this machine.</summary>
    /// <param name="port">The port of the silo.</param>
    /// <param name="gateway">The port of its gateway.</param>
    /// <param name="configure">Configures more; null for nothing.</param>
    /// <param name="primary">The port of the silo whose cluster it joins; null for a cluster of its own.</param>
    public static Action<WebApplicationBuilder> Silo(
        int port, int gateway, Action<ISiloBuilder>? configure = null, int? primary = null) => builder => builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(port, gateway, primary is { } first ? new(IPAddress.Loopback, first) : null).AddLimiterGrains();
            configure?.Invoke(silo);
        });

    /// <summary>Sends a request; returns its status, and the remaining permits or the failure.</summary>
    public async Task<(int Status, string? Remaining)> RequestAsync(string account)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/things");
        request.Headers.Add("X-Account", account);
        using HttpResponseMessage response = await Client.SendAsync(request);
        string header = response.Headers.Contains("X-Limiter-Failure") ? "X-Limiter-Failure" : "X-Remaining";
        return ((int)response.StatusCode, response.Headers.GetValues(header).Single());
    }

    /// <summary>The health checks of the limiter that are not healthy.</summary>
    public async Task<string[]> UnhealthyAsync()
    {
        HealthReport report = await Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(
            check => check.Tags.Contains(ClusterFrontEndServices.HealthTag));
        return [.. report.Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy).Select(entry => entry.Key).Order()];
    }

    /// <summary>Waits until the limiter is healthy, which Orleans does not let a test await.</summary>
    public async Task<ClusterApp> HealthyAsync()
    {
        using var end = new CancellationTokenSource(MaxWait);
        while (await UnhealthyAsync() is [_, ..] unhealthy)
        {
            Assert.False(end.IsCancellationRequested, $"not healthy: {string.Join(", ", unhealthy)}");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        return this;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
