using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Decisions;
using OrleansLimiter.Testing;

namespace OrleansLimiter.Http.Tests;

/// <summary>A limiter on free ports of 127.0.0.1 with real sockets, the in-process store and a fake clock.</summary>
internal sealed class LimiterHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LimiterHost(WebApplication app, TestFolder folder, FakeTime time)
    {
        _app = app;
        Folder = folder;
        Time = time;
        LimiterAddresses addresses = app.Services.GetRequiredService<LimiterAddresses>();
        Decisions = new() { BaseAddress = new(addresses.Decisions[0]) };
        Admin = new() { BaseAddress = new(addresses.Administration[0]) };
    }

    /// <summary>Its policy files and its overrides.</summary>
    public TestFolder Folder { get; }

    public FakeTime Time { get; }

    /// <summary>Calls the address for decisions.</summary>
    public HttpClient Decisions { get; }

    /// <summary>Calls the address for administration.</summary>
    public HttpClient Admin { get; }

    public IServiceProvider Services => _app.Services;

    public TestLog Log => Services.GetRequiredService<TestLog>();

    /// <summary>Starts a host with policies as YAML, which are written to files in the host's folder.</summary>
    public static Task<LimiterHost> StartAsync(params string[] policies) => StartAsync(new LimiterHostSetup { Policies = policies });

    /// <summary>Starts a host with existing files.</summary>
    public static Task<LimiterHost> StartWithFilesAsync(params string[] files) => StartAsync(new LimiterHostSetup { Files = files });

    public static async Task<LimiterHost> StartAsync(LimiterHostSetup setup)
    {
        var folder = new TestFolder();
        var time = new FakeTime();
        for (int index = 0; index < setup.Policies.Length; index++)
        {
            folder.Write($"policies/{index}.yaml", setup.Policies[index]);
        }

        PolicyCatalogLoad load = PolicyCatalog.Load([.. setup.Policies.Length > 0 ? [folder.Path("policies")] : setup.Files], time);
        Assert.Empty(load.Errors);

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TestLog>().AddSingleton<ILoggerProvider>(services => services.GetRequiredService<TestLog>());
        var clock = new LimiterClock(time);
        builder.Services.AddSingleton(clock).AddSingleton(load.Catalog!).AddSingleton(setup.Limiter);
        builder.Services.AddSingleton<IOverrides>(setup.Overrides ?? OverrideStore.Open(folder.Path("overrides.json"), time));
        if (setup.Groups is not null)
        {
            builder.Services.AddSingleton(setup.Groups);
        }
        else
        {
            var store = new InProcessBucketStore(clock, setup.MaxGroups);
            builder.Services.AddSingleton<IBucketStore>(_ => store);
            builder.Services.AddSingleton(new StoreCounters(store.Living));
        }

        builder.Services.AddOrleansLimiter(options =>
        {
            options.Urls = "http://127.0.0.1:0";
            options.AdminUrls = "http://127.0.0.1:0";
            setup.Configure(options);
        });
        setup.Services(builder.Services);
        WebApplication app = builder.Build();
        setup.Map(app.MapOrleansLimiter());
        await app.StartAsync();
        return new(app, folder, time);
    }

    /// <summary>Requests a decision with a JSON body.</summary>
    public Task<HttpResponseMessage> CheckAsync(string json) => Decisions.PostAsync("/v1/check", Json.Content(json));

    public async ValueTask DisposeAsync()
    {
        Decisions.Dispose();
        Admin.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Folder.Dispose();
    }
}

/// <summary>The settings of a host.</summary>
internal sealed record LimiterHostSetup
{
    /// <summary>Policies as YAML.</summary>
    public string[] Policies { get; init; } = [];

    /// <summary>Policy files, if no YAML is given.</summary>
    public string[] Files { get; init; } = [];

    /// <summary>The store; the in-process store by default.</summary>
    public IBucketStore? Groups { get; init; }

    /// <summary>The options of the limiter, for stores that reply late or never.</summary>
    public LimiterOptions Limiter { get; init; } = new();

    /// <summary>The overrides; a file by default.</summary>
    public IOverrides? Overrides { get; init; }

    public int MaxGroups { get; init; } = LivingGroups.DefaultMax;

    public Action<LimiterHttpOptions> Configure { get; init; } = _ => { };

    /// <summary>What a host adds to the services.</summary>
    public Action<IServiceCollection> Services { get; init; } = _ => { };

    /// <summary>What a host maps into administration.</summary>
    public Action<RouteGroupBuilder> Map { get; init; } = _ => { };
}
