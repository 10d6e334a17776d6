using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>The allocations of a request in an app with limits, beyond those in the same app without.</summary>
[Collection(nameof(Alone))]
public sealed class AllocationTests : IAsyncLifetime
{
    private const string Policy = """
        policy: shop
        generation: 1
        identity:
          account: [header:X-Account]
        unlisted: shared
        limits:
          - { name: account, scope: account, algorithm: rolling-window, permits: 4000, window: 1h }
        responses:
          always:
            X-RateLimit-Limit: "{limit}"
            X-RateLimit-Remaining: "{remaining}"
          denied:
            headers: { Retry-After: "{retry-after-s}" }
        """;

    private const int MaxBytes = 120;

    private readonly TestFolder _folder = new();
    private readonly byte[] _answer = new byte[4_096];
    private WebApplication? _floor;
    private WebApplication? _app;

    public async ValueTask InitializeAsync()
    {
        _floor = await StartAsync(null);
        _app = await StartAsync(_folder.Write("policies/shop.yaml", Policy));
    }

    public async ValueTask DisposeAsync()
    {
        await _app!.DisposeAsync();
        await _floor!.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public void A_request_that_is_allowed_allocates_at_most_120_bytes_more()
    {
        Ask(_app!, "warm", 200);
        var accounts = new Queue<string>(Enumerable.Range(1, 12).Select(number => $"account-{number:00}"));

        double floor = BytesOf(_floor!, () => "account-01", status: 200);
        double ours = BytesOf(_app!, accounts.Dequeue, status: 200);

        TestContext.Current.TestOutputHelper?.WriteLine($"{ours - floor:0.0} B beyond {floor:0.0} B");
        Assert.InRange(ours - floor, double.NegativeInfinity, MaxBytes);
    }

    [Fact]
    public void A_request_that_is_refused_allocates_at_most_120_bytes_more()
    {
        Ask(_app!, "refused", 4_100); // exhausts its permits

        double floor = BytesOf(_floor!, () => "refused", status: 200);
        double ours = BytesOf(_app!, () => "refused", status: 429);

        TestContext.Current.TestOutputHelper?.WriteLine($"{ours - floor:0.0} B beyond {floor:0.0} B");
        Assert.InRange(ours - floor, double.NegativeInfinity, MaxBytes);
    }

    private static async Task<WebApplication> StartAsync(string? policy)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (policy is not null)
        {
            builder.Services.AddOrleansLimiter(options => options.Policies.Add(policy));
        }

        WebApplication app = builder.Build();
        if (policy is not null)
        {
            app.UseOrleansLimiter();
        }

        app.MapGet("/orders/{id}", static (HttpContext context) => Task.CompletedTask);
        await app.StartAsync();
        return app;
    }

    // The minimum of some rounds, because a timer of the process can run in one of them.
    private double BytesOf(WebApplication app, Func<string> account, int status)
    {
        const int Requests = 300;
        double least = double.PositiveInfinity;
        for (int round = 0; round < 12; round++)
        {
            least = Math.Min(least, Ask(app, account(), Requests) / (double)(Requests - 1));
            Assert.StartsWith($"HTTP/1.1 {status} ", Encoding.ASCII.GetString(_answer));
        }

        return least;
    }

    private long Ask(WebApplication app, string account, int times)
    {
        byte[] request = Encoding.ASCII.GetBytes($"GET /orders/1 HTTP/1.1\r\nHost: a\r\nX-Account: {account}\r\n\r\n");
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(new IPEndPoint(IPAddress.Loopback, new Uri(app.Urls.Single()).Port));
        socket.Send(request);
        socket.Receive(_answer); // allocates the objects of the connection
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 1; i < times; i++)
        {
            socket.Send(request);
            socket.Receive(_answer);
        }

        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}

/// <summary>Without parallel tests, whose allocations would be counted.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
