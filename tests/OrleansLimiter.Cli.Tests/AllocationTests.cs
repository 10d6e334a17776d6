using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansLimiter.Decisions;
using OrleansLimiter.Hosting;
using OrleansLimiter.Http;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Cli.Tests;

/// <summary>The allocations of a decision over HTTP, beyond those of the server for the same request.</summary>
[Collection(nameof(Alone))]
public sealed class AllocationTests : IAsyncLifetime
{
    private const string Body = """{"policy":"shop","account":"merchant_000001","method":"POST","path":"/orders"}""";

    private readonly TestFolder _folder = new();
    private WebApplication? _floor;
    private WebApplication? _host;

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder bare = WebApplication.CreateEmptyBuilder(new());
        bare.WebHost.UseKestrelCore();
        _floor = bare.Build();
        _floor.Urls.Add("http://127.0.0.1:0");
        _floor.Run(async context =>
        {
            context.Response.Headers["X-RateLimit-Limit"] = "3000";
            await context.Request.Body.CopyToAsync(Stream.Null);
        });
        await _floor.StartAsync();

        PolicyCatalogLoad load = PolicyCatalog.Load([_folder.Write("policies/shop.yaml", Policies.ThousandsAnHour)], TimeProvider.System);
        const string FreePort = "http://127.0.0.1:0";
        var host = new LimiterHostBuilder(new() { Http = { Urls = FreePort, AdminUrls = FreePort }, MaxGroups = 1_000 });
        host.AddInProcessStore(OverrideStore.Open(_folder.Path("overrides.json"), TimeProvider.System));
        _host = host.Build(load.Catalog);
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host!.DisposeAsync();
        await _floor!.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("allowed")]
    [InlineData("refused")]
    public void An_authorize_request_allocates_no_more_than_the_server_alone(string account)
    {
        Ask(Ours, Question("refused"), 8_000); // exhausts its permits, and creates the text of every number once

        double floor = BytesOf(Floor, Question(account));
        double ours = BytesOf(Ours, Question(account));

        Assert.InRange(ours - floor, double.NegativeInfinity, 1);
    }

    [Fact]
    public void A_check_allocates_less_than_half_a_kilobyte_more_than_the_server_alone()
    {
        byte[] request = Request($"POST /v1/check HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");

        double floor = BytesOf(Floor, request);
        double ours = BytesOf(Ours, request);

        Assert.InRange(ours - floor, double.NegativeInfinity, 512);
    }

    private Uri Floor => new(_floor!.Urls.Single());

    private Uri Ours => new(_host!.Services.GetRequiredService<LimiterAddresses>().Decisions[0]);

    private static byte[] Question(string account) => Request(
        $"GET /v1/authorize/shop HTTP/1.1\r\nHost: a\r\nX-Account-Id: {account}\r\nX-Forwarded-Method: POST\r\nX-Forwarded-Uri: /orders\r\n\r\n");

    private static byte[] Request(string text) => Encoding.ASCII.GetBytes(text);

    // The minimum of some rounds, because a timer of the process can run in one of them.
    private static double BytesOf(Uri address, byte[] request)
    {
        const int Requests = 600;
        double least = double.PositiveInfinity;
        for (int round = 0; round < 12; round++)
        {
            least = Math.Min(least, Ask(address, request, Requests) / (double)Requests);
        }

        return least;
    }

    private static long Ask(Uri address, byte[] request, int times)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(new IPEndPoint(IPAddress.Loopback, address.Port));
        byte[] answer = new byte[4_096];
        socket.Send(request);
        socket.Receive(answer); // allocates the objects of the connection
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 1; i < times; i++)
        {
            socket.Send(request);
            socket.Receive(answer);
        }

        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}

/// <summary>Without parallel tests, whose allocations would be counted.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
