namespace OrleansLimiter.Cli.Tests;

/// <summary>What the proxies do when the limiter does not answer. The timeouts are those of the pages.</summary>
public abstract class ProxyFailureTests<TKind> : IAsyncLifetime
    where TKind : ProxyKind, new()
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ProxyScene<TKind> _scene = new();

    public async ValueTask InitializeAsync()
    {
        ProxyProcess.Require(new TKind());
        await _scene.StartAsync(isPatient: false);
        await UntilCountedAsync();
    }

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task Requests_pass_while_the_limiter_is_down_and_are_counted_when_it_is_back()
    {
        await _scene.Limiter.KillAsync();

        await AssertPassesUncountedAsync();
        await _scene.RestartLimiterAsync();
        await UntilCountedAsync();
    }

    [Fact]
    public async Task Requests_pass_while_the_limiter_hangs_and_are_counted_when_it_is_back()
    {
        await _scene.Limiter.SignalAsync("STOP");

        await AssertPassesUncountedAsync();
        await _scene.Limiter.SignalAsync("CONT");
        await UntilCountedAsync();
    }

    [Fact]
    public async Task A_request_is_sent_to_the_api_once_also_when_the_api_fails()
    {
        _scene.Api.Respond = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        // The answer is 502. HAProxy closes the connection instead if it used an earlier connection to the API.
        await Record.ExceptionAsync(() => _scene.Caller.SendAsync("POST", "/contacts", new StringContent("order")));

        Assert.Equal("order", _scene.Api.Take().Single().Body);
    }

    private async Task AssertPassesUncountedAsync()
    {
        for (int i = 0; i < 3; i++)
        {
            ProxyResponse response = await _scene.Caller.SendAsync(
                "POST", "/contacts", new StringContent("order"), headers: ("X-Company-Id", "globex"));
            Assert.Equal((200, "done", ""), (response.Status, response.Body, response.Remaining));
            SeenRequest seen = _scene.Api.Take().Single();
            Assert.Equal(("POST", "/contacts", "order", "acme"), (seen.Method, seen.Target, seen.Body, seen.Header("X-Company-Id")));
        }
    }

    // The first decisions of a process are slow, and another process cannot be awaited.
    private async Task UntilCountedAsync()
    {
        using var timeout = new CancellationTokenSource(MaxWait);
        while ((await _scene.Caller.SendAsync("GET", "/contacts")).Limit != "50")
        {
            await Task.Delay(Pause, timeout.Token);
        }

        _scene.Api.Take();
    }
}

public sealed class NginxFailureTests : ProxyFailureTests<NginxKind>;

public sealed class HAProxyFailureTests : ProxyFailureTests<HAProxyKind>;

public sealed class CaddyFailureTests : ProxyFailureTests<CaddyKind>;

public sealed class IngressNginxFailureTests : ProxyFailureTests<IngressNginxKind>;
