using Microsoft.Extensions.Logging;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>Whatever callers send, the app gets no exception, and no response is a server error.</summary>
public class BadInputTests
{
    public static TheoryData<EndpointSource, string> Targets
    {
        get
        {
            string[] targets =
            [
                "/things/%", "/things/%zz", "/things/%00", "/things/%FF", "/things/%2e%2e/%2E", "//things///1", "/things/a%2Fb",
                "/things/%252F", "/things/\u00FF", "/things/{0}", "/things/%7B0%7D", "*", "/", "/?%%%", "http://EXAMPLE.com/things/1",
                "/things/" + new string('a', 7_000), "/things/" + string.Concat(Enumerable.Repeat("%C3%BC", 1_000)), string.Concat(Enumerable.Repeat("/a", 3_000)),
            ];
            var data = new TheoryData<EndpointSource, string>();
            foreach (EndpointSource source in Enum.GetValues<EndpointSource>())
            {
                foreach (string target in targets)
                {
                    data.Add(source, target);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task A_strange_target_is_no_server_error(EndpointSource source, string target)
    {
        await using TestApp app = await TestApp.StartAsync(new() { Configure = options => options.EndpointSource = source });
        string method = target == "*" ? "OPTIONS" : "GET";

        string response = await RawHttp.SendAsync(
            app.Client.BaseAddress!, $"{method} {target} HTTP/1.1\r\nHost: ExAmPlE.com\r\nX-Account: a\r\nConnection: close\r\n\r\n");

        Assert.Matches("^HTTP/1.1 (200|400|404|405|414|431) ", response);
        Assert.Empty(app.Log.At(LogLevel.Error));
    }

    [Theory]
    [InlineData("BREW")]
    [InlineData("get")]
    [InlineData("A-METHOD-THAT-IS-LONGER-THAN-ANY-THAT-EXISTS")]
    public async Task A_strange_method_is_no_server_error(string method)
    {
        await using TestApp app = await TestApp.StartAsync(new());

        string response = await RawHttp.SendAsync(
            app.Client.BaseAddress!, $"{method} /things/1 HTTP/1.1\r\nHost: a\r\nX-Account: a\r\nConnection: close\r\n\r\n");

        Assert.Matches("^HTTP/1.1 (200|400|405) ", response);
    }

    [Fact]
    public async Task Host_names_have_no_part_in_the_count()
    {
        await using TestApp app = await TestApp.StartAsync(new());
        foreach (string host in (string[])["shop.example", "SHOP.EXAMPLE", "[::1]:80"])
        {
            await RawHttp.SendAsync(
                app.Client.BaseAddress!, $"GET /x HTTP/1.1\r\nHost: {host}\r\nX-Account: a\r\nConnection: close\r\n\r\n");
        }

        Assert.Equal(429, await app.StatusAsync("GET", "/x"));
    }

    [Fact]
    public async Task Repeated_empty_and_long_identities_are_no_server_errors()
    {
        await using TestApp app = await TestApp.StartAsync(new());
        foreach (string account in (string[])["", " ", "\t", new string('a', 257), "a,b", "\u00E9", "a\r\nX-Account: b"])
        {
            string response = await RawHttp.SendAsync(
                app.Client.BaseAddress!, $"GET /things/1 HTTP/1.1\r\nHost: a\r\nX-Account: {account}\r\nConnection: close\r\n\r\n");

            Assert.Matches("^HTTP/1.1 (200|400|429) ", response);
        }
    }

    [Fact]
    public async Task A_store_that_fails_is_no_server_error()
    {
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Limiter = limiter => limiter.UseStore(_ => new SilentStore { OnAcquire = () => throw new InvalidOperationException("broken") }),
        });

        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
        Assert.Contains("The store failed", app.Log.At(LogLevel.Error).Single());
    }

    [Fact]
    public async Task A_store_that_does_not_reply_is_decided_by_on_failure_at_the_deadline()
    {
        var asked = new TaskCompletionSource();
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Policies = [TestPolicies.Routes], // on-failure: deny
            Limiter = limiter => limiter.UseStore(_ => new SilentStore
            {
                OnAcquire = () =>
                {
                    asked.TrySetResult();
                    return new(new TaskCompletionSource<GroupReply>().Task);
                },
            }),
        });

        Task<int> status = app.StatusAsync("GET", "/things/1");
        await asked.Task;
        while (!status.IsCompleted)
        {
            app.Time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.Yield();
        }

        Assert.Equal(429, await status);
    }
}
