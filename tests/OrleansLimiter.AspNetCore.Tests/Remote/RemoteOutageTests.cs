using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>A remote limiter that is slow, down, or answers nonsense: on-failure decides, and the app gets no exception.</summary>
public partial class RemoteOutageTests
{
    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task Nonsense_is_logged_and_on_failure_decides(int status, string body, string logged)
    {
        var stub = new StubHandler { OnCall = _ => Task.FromResult(StubHandler.Of((HttpStatusCode)status, body)) };
        await using TestApp app = await StartAsync(stub);

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal("200 unreachable", $"{(int)response.StatusCode} {response.Headers.GetValues("X-Limiter-Failure").Single()}");
        string entry = Assert.Single(app.Log.At(LogLevel.Error));
        Assert.StartsWith("The limiter at http://limiter:8080 failed, and on-failure decides: ", entry);
        Assert.Contains(logged, entry);
    }

    [Fact]
    public async Task An_app_starts_before_its_limiter_and_logs_that_it_is_not_there()
    {
        RemoteHost remote = await RemoteHost.StartAsync(TestPolicies.Shop);
        await remote.DisposeAsync();
        await using TestApp app = await RemoteLimiterTests.StartAsync(remote);

        Assert.StartsWith($"The limiter at {remote.Address} failed, and on-failure decides: ", app.Log.At(LogLevel.Error).Single());
        await using RemoteHost later = await RemoteHost.StartAtAsync(remote.Address, TestPolicies.Shop);
        using HttpResponseMessage response = await app.SendAsync("GET", "/x");
        Assert.Equal("2", response.Headers.GetValues("X-Remaining").Single());
    }

    [Fact]
    public async Task The_valid_answer_of_the_table_is_used()
    {
        var stub = new StubHandler { OnCall = _ => Task.FromResult(StubHandler.Ok($"[{Result}]")) };
        await using TestApp app = await StartAsync(stub);

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal("b", response.Headers.GetValues("X-A").Single());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_answer_that_is_changed_at_random_is_no_server_error(int seed)
    {
        var random = new Random(seed);
        string[] pieces = ["", "\"", "{", "]", ",", ":", "0", "-1", "null", "true", "\\u0000", "\\r\\n", "\\ud800", "é", "[]", "{}"];
        var stub = new StubHandler
        {
            OnCall = _ =>
            {
                int at = random.Next(Result.Length);
                int removed = Math.Min(random.Next(3), Result.Length - at);
                return Task.FromResult(StubHandler.Ok($"[{Result.Remove(at, removed).Insert(at, pieces[random.Next(pieces.Length)])}]"));
            },
        };
        await using TestApp app = await StartAsync(stub);
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
            app.Time.Advance(TimeSpan.FromMilliseconds(100)); // a request is sent again
        }

        Assert.Equal(500, stub.Calls.Count);
        Assert.All(app.Log.At(LogLevel.Error), entry => Assert.StartsWith("The limiter at http://limiter:8080 ", entry));
    }

    [Fact]
    public async Task A_huge_answer_is_not_read_to_its_end()
    {
        var endless = new EndlessStream();
        var stub = new StubHandler { OnCall = _ => Task.FromResult(new HttpResponseMessage { Content = new StreamContent(endless) }) };
        await using TestApp app = await StartAsync(stub);

        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
        Assert.Contains("its answer for 1 requests is longer than 131072 bytes", app.Log.At(LogLevel.Error).Single());
        Assert.InRange(endless.Total, 131_072, 1_000_000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_exception_of_a_handler_is_logged_and_on_failure_decides(bool isSynchronous)
    {
        var stub = new StubHandler
        {
            OnCall = _ => isSynchronous ? throw new InvalidOperationException("broken") : Task.FromException<HttpResponseMessage>(new IOException("broken")),
        };
        await using TestApp app = await StartAsync(stub, TestPolicies.Routes); // on-failure: deny

        Assert.Equal(429, await app.StatusAsync("GET", "/things/1"));
        Assert.Contains("on-failure decides: broken.", app.Log.At(LogLevel.Error).Single());
    }

    [Theory]
    [InlineData(TestPolicies.Shop, 200)]
    [InlineData(TestPolicies.Routes, 429)] // on-failure: deny
    public async Task A_limiter_that_does_not_answer_is_decided_by_on_failure_at_the_deadline(string policy, int status)
    {
        var stub = new StubHandler { OnCall = call => call.HoldAsync() };
        await using TestApp app = await StartAsync(stub, policy);

        Task<int> waiting = app.StatusAsync("GET", "/things/1");
        StubCall call = await stub.NextAsync(0);
        app.Time.Advance(TimeSpan.FromMilliseconds(199));
        Assert.False(call.Cancellation.IsCancellationRequested);
        app.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(status, await waiting);
        Assert.True(call.Cancellation.IsCancellationRequested);
    }

    [Fact]
    public async Task A_share_of_the_limits_is_counted_in_the_app_while_the_limiter_is_down()
    {
        var stub = new StubHandler { OnCall = _ => throw new HttpRequestException("down") };
        await using TestApp app = await StartAsync(stub, TestPolicies.Shop + "\non-failure: { local: { share: 0.7 } }\n");

        using HttpResponseMessage first = await app.SendAsync("GET", "/x");
        await app.StatusAsync("GET", "/x");
        using HttpResponseMessage third = await app.SendAsync("GET", "/x");

        Assert.Equal("2 1 unreachable", string.Join(' ', new[] { "X-Limit", "X-Remaining", "X-Limiter-Failure" }.Select(name => first.Headers.GetValues(name).Single())));
        Assert.Equal(429, (int)third.StatusCode);
        Assert.Equal("slow down, a", await third.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_limiter_that_is_down_is_asked_every_100_ms_until_it_answers()
    {
        bool isDown = true;
        var stub = new StubHandler();
        stub.OnCall = call => isDown ? throw new HttpRequestException("down") : Task.FromResult(StubHandler.Ok(call.AllAllowed));
        await using TestApp app = await StartAsync(stub);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
        }

        Assert.Equal(3, stub.Calls.Count);
        app.Time.Advance(TimeSpan.FromMilliseconds(100));
        await app.StatusAsync("GET", "/things/1");
        await app.StatusAsync("GET", "/things/1");
        Assert.Equal(4, stub.Calls.Count);

        isDown = false;
        app.Time.Advance(TimeSpan.FromMilliseconds(100));
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");
            Assert.Equal("yes", response.Headers.GetValues("X-Stub").Single());
        }

        Assert.Equal(7, stub.Calls.Count);
        Assert.Single(app.Log.At(LogLevel.Error));
    }

    [Fact]
    public async Task After_a_failure_the_next_address_is_asked()
    {
        var stub = new StubHandler();
        stub.OnCall = call => call.Address.Host == "one" ? throw new HttpRequestException("down") : Task.FromResult(StubHandler.Ok(call.AllAllowed));
        await using TestApp app = await StartAsync(stub, configure: options =>
        {
            options.Addresses.Clear();
            options.Addresses.Add("http://one:8080");
            options.Addresses.Add("http://two:8080");
        });

        await app.StatusAsync("GET", "/x");
        await app.StatusAsync("GET", "/x");
        await app.StatusAsync("GET", "/x");

        Assert.Equal(["one", "two", "two"], stub.Calls.Select(call => call.Address.Host));
    }

    [Fact]
    public async Task A_limiter_that_stops_and_starts_again_decides_again()
    {
        RemoteHost remote = await RemoteHost.StartAsync(TestPolicies.Shop);
        await using TestApp app = await RemoteLimiterTests.StartAsync(remote);
        using HttpResponseMessage before = await app.SendAsync("GET", "/things/1");
        await remote.DisposeAsync();
        for (int i = 0; i < 5; i++)
        {
            using HttpResponseMessage down = await app.SendAsync("GET", "/things/1");
            Assert.Equal("200 unreachable", $"{(int)down.StatusCode} {down.Headers.GetValues("X-Limiter-Failure").Single()}");
        }

        await using RemoteHost again = await RemoteHost.StartAtAsync(remote.Address, TestPolicies.Shop);
        app.Time.Advance(TimeSpan.FromMilliseconds(100));
        using HttpResponseMessage after = await app.SendAsync("GET", "/things/1");

        Assert.Equal(["2", "2"], new[] { before, after }.Select(response => response.Headers.GetValues("X-Remaining").Single()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n")]
    public async Task A_server_of_another_protocol_or_one_that_hangs_up_is_no_server_error(string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = ServeAsync(listener, answer);
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Limiter = limiter => limiter.UseRemote($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"),
        });

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal("200 unreachable", $"{(int)response.StatusCode} {response.Headers.GetValues("X-Limiter-Failure").Single()}");
        listener.Stop();
        await serving;
    }

    private static Task<TestApp> StartAsync(
        StubHandler stub, string policy = TestPolicies.Shop, Action<RemoteLimiterOptions>? configure = null) => TestApp.StartAsync(new()
    {
        Policies = [policy],
        Limiter = limiter => limiter.UseRemote(options =>
        {
            options.Addresses.Add("http://limiter:8080");
            options.CreateHandler = _ => stub;
            configure?.Invoke(options);
        }),
    });

    private static async Task ServeAsync(TcpListener listener, string answer)
    {
        try
        {
            while (true)
            {
                using Socket socket = await listener.AcceptSocketAsync();
                await socket.ReceiveAsync(new byte[4_096]);
                await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(answer));
                socket.Shutdown(SocketShutdown.Both);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // the test has ended
        }
    }

    private sealed class EndlessStream : MemoryStream
    {
        public long Total { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)' ');
            Total += buffer.Length;
            return new(buffer.Length);
        }
    }
}
