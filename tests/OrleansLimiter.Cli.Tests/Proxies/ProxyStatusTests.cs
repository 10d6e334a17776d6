namespace OrleansLimiter.Cli.Tests;

/// <summary>What the proxies do with a status that is no decision, and what they send to the limiter.</summary>
public abstract class ProxyStatusTests<TKind> : IAsyncLifetime
    where TKind : ProxyKind, new()
{
    private TestServer _api = null!;
    private TestServer _limiter = null!;
    private ProxyProcess _proxy = null!;
    private ProxyCaller _caller = null!;

    public async ValueTask InitializeAsync()
    {
        ProxyProcess.Require(new TKind());
        _api = await TestServer.StartAsync();
        _limiter = await TestServer.StartAsync();
        _proxy = await ProxyProcess.StartAsync(new TKind(), _limiter.Address, _api.Address, isPatient: true);
        _caller = new(_proxy.Address);
    }

    public async ValueTask DisposeAsync()
    {
        if (_caller is not null)
        {
            _caller.Dispose();
            await _proxy.DisposeAsync();
            await _limiter.DisposeAsync();
            await _api.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_problem_with_the_request_is_a_400_and_a_problem_of_the_limiter_lets_the_request_pass()
    {
        foreach ((int limiter, int expected) in new[]
        {
            (200, 200), (400, 400), (413, 400), (414, 400), (431, 400), (404, 200), (500, 200), (502, 200), (503, 200), (504, 200),
        })
        {
            _limiter.Respond = context =>
            {
                context.Response.StatusCode = limiter;
                return Task.CompletedTask;
            };
            ProxyResponse response = await _caller.SendAsync("POST", $"/contacts?{limiter}", new StringContent("order"));

            Assert.Equal((limiter, expected), (limiter, response.Status));
            Assert.Equal(expected == 200 ? ["order"] : [], _api.Take().Select(seen => seen.Body));
        }
    }

    [Fact]
    public async Task The_limiter_gets_the_method_the_path_and_the_identity_and_no_secret_or_body()
    {
        await _caller.SendAsync("POST", "/x/../a%2Fb;c=1?d=%20", new StringContent("order"), headers: ("Cookie", "session=1"));

        SeenRequest seen = _limiter.Take().Single();
        Assert.Equal(("GET", "/v1/authorize/front", ""), (seen.Method, seen.Target, seen.Body));
        Assert.Equal(("POST", "/x/../a%2Fb;c=1?d=%20"), (seen.Header("X-Forwarded-Method"), seen.Header("X-Forwarded-Uri")));
        Assert.Equal(("acme", "starter", ""), (seen.Header("X-Company-Id"), seen.Header("X-Plan"), seen.Header("X-Client")));
        Assert.Equal("127.0.0.1", seen.Header("X-Forwarded-For"));
        Assert.Equal(("", ""), (seen.Header("Authorization"), seen.Header("Cookie")));
    }

    [Fact]
    public async Task Requests_to_the_limiter_use_connections_that_are_kept()
    {
        // As the limiter allows a request. With a body that nobody reads, nginx and Caddy close the connection.
        _limiter.Respond = context =>
        {
            context.Response.ContentLength = 0;
            return Task.CompletedTask;
        };
        for (int i = 0; i < 20; i++)
        {
            await _caller.SendAsync("GET", "/contacts");
        }

        // Threads of a proxy can have a connection each.
        SeenRequest[] seen = _limiter.Take();
        Assert.Equal(20, seen.Length);
        Assert.InRange(seen.Select(request => request.Connection).Distinct().Count(), 1, 4);
    }

    [Fact]
    public async Task A_header_of_40_KB_does_not_let_a_request_pass_uncounted()
    {
        _limiter.Respond = context =>
        {
            context.Response.StatusCode = context.Request.Headers["X-Long"].ToString().Length > 32_768 ? 431 : 200;
            return Task.CompletedTask;
        };
        ProxyResponse response = await _caller.SendAsync("GET", "/contacts", headers: ("X-Long", new string('a', 40_000)));

        Assert.Equal(400, response.Status);
        Assert.Empty(_api.Take());
    }
}

public sealed class NginxStatusTests : ProxyStatusTests<NginxKind>;

public sealed class HAProxyStatusTests : ProxyStatusTests<HAProxyKind>;

public sealed class CaddyStatusTests : ProxyStatusTests<CaddyKind>;

public sealed class IngressNginxStatusTests : ProxyStatusTests<IngressNginxKind>;
