using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Grpc.Tests;

/// <summary>A limiter on free ports of 127.0.0.1 with real sockets, the in-process store and a fake clock.</summary>
internal sealed class RlsHost : IAsyncDisposable
{
    private static readonly Method<RateLimitRequest, RateLimitResponse> ShouldRateLimit = new(
        MethodType.Unary, "envoy.service.ratelimit.v3.RateLimitService", "ShouldRateLimit",
        Marshallers.Create(MessageExtensions.ToByteArray, RateLimitRequest.Parser.ParseFrom),
        Marshallers.Create(MessageExtensions.ToByteArray, RateLimitResponse.Parser.ParseFrom));

    private readonly WebApplication _app;
    private readonly TestFolder _folder;

    private RlsHost(WebApplication app, TestFolder folder, FakeTime time)
    {
        (_app, _folder, Time) = (app, folder, time);
        LimiterAddresses addresses = app.Services.GetRequiredService<LimiterAddresses>();
        (Grpc, Decisions) = (new(addresses.Grpc[0]), new() { BaseAddress = new(addresses.Decisions[0]) });
        Admin = new() { BaseAddress = new(addresses.Administration[0]) };
        Channel = GrpcChannel.ForAddress(Grpc, new()
        {
            MaxSendMessageSize = null,
            HttpHandler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } },
        });
    }

    public FakeTime Time { get; }

    public Uri Grpc { get; }

    public GrpcChannel Channel { get; }

    public HttpClient Decisions { get; }

    public HttpClient Admin { get; }

    public RlsDecider Decider => _app.Services.GetRequiredService<RlsDecider>();

    public static Task<RlsHost> StartAsync(params string[] policies) => StartAsync(new RlsHostSetup { Policies = policies });

    public static async Task<RlsHost> StartAsync(RlsHostSetup setup)
    {
        var folder = new TestFolder();
        var time = new FakeTime();
        for (int index = 0; index < setup.Policies.Length; index++)
        {
            folder.Write($"policies/{index}.yaml", setup.Policies[index]);
        }

        PolicyCatalogLoad load = PolicyCatalog.Load([folder.Path("policies")], time);
        Assert.Empty(load.Errors);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        setup.Kestrel(builder.WebHost);
        var clock = new LimiterClock(time);
        builder.Services.AddSingleton(clock).AddSingleton(load.Catalog!).AddSingleton(setup.Limiter);
        builder.Services.AddSingleton<IOverrides>(OverrideStore.Open(folder.Path("overrides.json"), time));
        builder.Services.AddSingleton(setup.Store ?? new InProcessBucketStore(clock));
        builder.Services.AddOrleansLimiter(options =>
        {
            options.Urls = options.AdminUrls = options.GrpcUrls = "http://127.0.0.1:0";
            setup.Configure(options);
        }).AddRateLimitService();
        WebApplication app = builder.Build();
        app.MapOrleansLimiter();
        app.MapRateLimitService();
        await app.StartAsync();
        return new(app, folder, time);
    }

    /// <summary>Calls the service over gRPC.</summary>
    public async Task<RateLimitResponse> CallAsync(RateLimitRequest request, DateTime? deadline = null, CancellationToken cancel = default) =>
        await Channel.CreateCallInvoker().AsyncUnaryCall(ShouldRateLimit, null, new(deadline: deadline, cancellationToken: cancel), request);

    /// <summary>Calls the service with one or more descriptors, and returns the response as text: the code and the statuses.</summary>
    public async Task<string[]> AskAsync(params string[] descriptors)
    {
        RateLimitResponse response = await CallAsync(Rls.Request("things", descriptors));
        return [response.OverallCode.ToString(), .. Rls.Statuses(response)];
    }

    /// <summary>Calls the service, and returns the status of the error.</summary>
    public async Task<(StatusCode Code, string Detail)> FailAsync(RateLimitRequest request)
    {
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => CallAsync(request));
        return (error.StatusCode, error.Status.Detail);
    }

    /// <summary>The value of a series of the metrics; null if there is none.</summary>
    public async Task<string?> MetricAsync(string series) => (await Admin.GetStringAsync("/metrics")).Split('\n')
        .FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal))?[(series.Length + 1)..];

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        Decisions.Dispose();
        Admin.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>The settings of a host.</summary>
internal sealed record RlsHostSetup
{
    /// <summary>Policies as YAML.</summary>
    public string[] Policies { get; init; } = [RlsPolicies.Things];

    /// <summary>The store; the in-process store by default.</summary>
    public IBucketStore? Store { get; init; }

    /// <summary>The options of the limiter, for stores that reply late or never.</summary>
    public LimiterOptions Limiter { get; init; } = new();

    public Action<LimiterHttpOptions> Configure { get; init; } = _ => { };

    public Action<IWebHostBuilder> Kestrel { get; init; } = _ => { };
}
