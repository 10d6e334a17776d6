namespace OrleansLimiter.Cli.Tests;

/// <summary>
/// The configurations of <c>docs/integrations</c> with the real proxies, while the limiter answers. It allows a company 50 requests a day,
/// and one export an hour.
/// </summary>
public abstract partial class ProxyTests<TKind>(ProxyScene<TKind> scene) : IAsyncLifetime
    where TKind : ProxyKind, new()
{
    private static FormUrlEncodedContent Form => new([new("a", "1")]);

    public async ValueTask InitializeAsync() => await scene.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_request_that_passes_reaches_the_api_and_its_response_has_the_headers_of_the_limiter()
    {
        ProxyResponse first = await scene.Caller.SendAsync("POST", "/exports?format=csv", Form);
        ProxyResponse second = await scene.Caller.SendAsync("GET", "/contacts");

        Assert.Equal((200, "done", "50", "49", "1"), (first.Status, first.Body, first.Limit, first.Remaining, first.Tier));
        Assert.Equal((200, "done", "50", "48", ""), (second.Status, second.Body, second.Limit, second.Remaining, second.Tier));
        Assert.Equal(first.Header("X-RateLimit-Reset"), second.Header("X-RateLimit-Reset"));
        SeenRequest seen = scene.Api.Take()[0];
        Assert.Equal(("POST", "/exports?format=csv", "a=1"), (seen.Method, seen.Target, seen.Body));
        Assert.Equal(("acme", "starter"), (seen.Header("X-Company-Id"), seen.Header("X-Plan")));
        Assert.Equal("Bearer key-acme", seen.Header("Authorization"));
    }

    [Fact]
    public async Task A_refusal_is_a_429_with_the_headers_and_the_body_of_the_policy()
    {
        await scene.Caller.SendAsync("POST", "/exports");
        scene.Api.Take();

        ProxyResponse refused = await scene.Caller.SendAsync("POST", "/exports", Form);

        Assert.Equal((429, """{"message":"Too many requests"}"""), (refused.Status, refused.Body));
        Assert.Equal("application/json", refused.Header("Content-Type"));
        Assert.InRange(int.Parse(refused.Header("Retry-After")), 1, 3600);
        Assert.Equal(("50", "49", "1"), (refused.Limit, refused.Remaining, refused.Tier));
        Assert.NotEmpty(refused.Header("X-RateLimit-Reset"));
        Assert.Empty(scene.Api.Take());
    }

    [Fact]
    public async Task A_refusal_leaves_the_connection_of_the_caller_open()
    {
        await scene.Caller.SendAsync("POST", "/exports");
        int connections = scene.Caller.Connections;

        Assert.Equal(429, await StatusAsync("POST", "/exports"));
        Assert.Equal(429, await StatusAsync("POST", "/exports"));
        Assert.Equal(200, await StatusAsync("GET", "/contacts"));
        Assert.Equal(connections, scene.Caller.Connections);
    }

    [Fact]
    public async Task The_key_gives_the_company_and_its_plan()
    {
        ProxyResponse globex = await scene.Caller.SendAsync("GET", "/contacts", key: "key-globex");
        ProxyResponse acme = await scene.Caller.SendAsync("GET", "/contacts", key: "key-acme");

        Assert.Equal([("200", "199"), ("50", "49")], [(globex.Limit, globex.Remaining), (acme.Limit, acme.Remaining)]);
        Assert.Equal(["enterprise", "starter"], scene.Api.Take().Select(seen => seen.Header("X-Plan")));
    }

    private async Task<int> StatusAsync(string method, string target) => (await scene.Caller.SendAsync(method, target)).Status;
}

public sealed class NginxTests(ProxyScene<NginxKind> scene) : ProxyTests<NginxKind>(scene), IClassFixture<ProxyScene<NginxKind>>;

public sealed class HAProxyTests(ProxyScene<HAProxyKind> scene) : ProxyTests<HAProxyKind>(scene), IClassFixture<ProxyScene<HAProxyKind>>;

public sealed class CaddyTests(ProxyScene<CaddyKind> scene) : ProxyTests<CaddyKind>(scene), IClassFixture<ProxyScene<CaddyKind>>;

public sealed class IngressNginxTests(ProxyScene<IngressNginxKind> scene)
    : ProxyTests<IngressNginxKind>(scene), IClassFixture<ProxyScene<IngressNginxKind>>;
