using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>An app on a free port of 127.0.0.1 with real sockets and a fake clock.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TestFolder _folder;

    private TestApp(WebApplication app, TestFolder folder, FakeTime time)
    {
        (_app, _folder, Time) = (app, folder, time);
        Client = new() { BaseAddress = new(app.Urls.Single()) };
    }

    public FakeTime Time { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public TestLog Log => Services.GetRequiredService<TestLog>();

    public static async Task<TestApp> StartAsync(TestAppSetup setup)
    {
        (var folder, var time) = (new TestFolder(), new FakeTime());
        for (int i = 0; i < setup.Policies.Length; i++)
        {
            folder.Write($"policies/{i}.yaml", setup.Policies[i]);
        }

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = folder.Path("") });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = setup.Protocols));
        builder.Services.AddSingleton<TestLog>().AddSingleton<ILoggerProvider>(services => services.GetRequiredService<TestLog>());
        builder.Services.AddSingleton(new LimiterClock(time));
        LimiterBuilder limiter = builder.Services.AddOrleansLimiter(options =>
        {
            options.Policies.Add("policies");
            setup.Configure(options);
        });
        setup.Limiter(limiter);
        setup.Services(builder.Services);
        WebApplication app = builder.Build();
        setup.Before(app);
        setup.Use(app);
        setup.Map(app);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            folder.Dispose();
            throw;
        }

        return new(app, folder, time);
    }

    /// <summary>Replaces the file of a policy, which is in force when the clock has advanced by a second.</summary>
    public void Replace(string policy, int index = 0) => _folder.Write($"policies/{index}.yaml", policy);

    public async Task<HttpResponseMessage> SendAsync(
        string method, string path, string? account = "a", params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new(method), path);
        if (account is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Account", account);
        }

        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Client.SendAsync(request);
    }

    /// <summary>Sends a request and returns its status.</summary>
    public async Task<int> StatusAsync(string method, string path, string? account = "a", params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage response = await SendAsync(method, path, account, headers);
        return (int)response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>The settings of an app.</summary>
internal sealed record TestAppSetup
{
    public string[] Policies { get; init; } = [TestPolicies.Shop];

    public Action<OrleansLimiterOptions> Configure { get; init; } = _ => { };

    public Action<LimiterBuilder> Limiter { get; init; } = _ => { };

    public Action<IServiceCollection> Services { get; init; } = _ => { };

    /// <summary>Adds middleware before the limiter.</summary>
    public Action<WebApplication> Before { get; init; } = _ => { };

    /// <summary>Adds the middleware that enforces the limits.</summary>
    public Action<WebApplication> Use { get; init; } = app => app.UseOrleansLimiter();

    public Action<WebApplication> Map { get; init; } = app => app.MapGet("/things/{id}", (string id) => id);

    public HttpProtocols Protocols { get; init; } = HttpProtocols.Http1;
}
