using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Decisions;
using OrleansLimiter.Http;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>A limiter that serves HTTP on a free port of 127.0.0.1, with real sockets, the in-process store and a fake clock.</summary>
internal sealed class RemoteHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TestFolder _folder;

    private RemoteHost(WebApplication app, TestFolder folder, FakeTime time)
    {
        (_app, _folder, Time) = (app, folder, time);
        Address = app.Services.GetRequiredService<LimiterAddresses>().Decisions[0];
        Client = new() { BaseAddress = new(Address) };
    }

    /// <summary>The address for decisions.</summary>
    public string Address { get; }

    public HttpClient Client { get; }

    public FakeTime Time { get; }

    public static Task<RemoteHost> StartAsync(params string[] policies) => StartAtAsync("http://127.0.0.1:0", policies);

    public static async Task<RemoteHost> StartAtAsync(string address, params string[] policies)
    {
        (var folder, var time) = (new TestFolder(), new FakeTime());
        for (int i = 0; i < policies.Length; i++)
        {
            folder.Write($"policies/{i}.yaml", policies[i]);
        }

        var clock = new LimiterClock(time);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(clock).AddSingleton(PolicyCatalog.Load([folder.Path("policies")], time).Catalog!);
        builder.Services.AddSingleton<IBucketStore>(new InProcessBucketStore(clock)).AddSingleton<IOverrides>(new MemoryOverrides(time));
        LimiterServices.AddOrleansLimiter(builder.Services, options =>
        {
            options.Urls = address;
            options.AdminUrls = "http://127.0.0.1:0";
        });
        WebApplication app = builder.Build();
        app.MapOrleansLimiter();
        await app.StartAsync();
        return new(app, folder, time);
    }

    /// <summary>Returns what remains of each limit of a check, which acquires nothing.</summary>
    public async Task<string> RemainingAsync(string check)
    {
        using HttpResponseMessage response = await Client.PostAsync(
            "/v1/check", new StringContent("""{"peek":true,""" + check[1..], Encoding.UTF8, "application/json"));
        JsonNode decision = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return decision["limits"] is { } limits
            ? string.Join(", ", limits.AsArray().Select(limit => $"{limit!["name"]} {limit["remaining"]}"))
            : decision.ToJsonString();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
