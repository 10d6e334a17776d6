namespace OrleansLimiter.Cli.Tests;

/// <summary>The headers that Traefik sends and copies, by a model of it, with the program as the limiter.</summary>
public sealed class TraefikTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private ServingProcess _limiter = null!;
    private TraefikModel _traefik = null!;

    public async ValueTask InitializeAsync()
    {
        string policy = _folder.Write("front.yaml", FrontPolicy.Text);
        _limiter = await ServingProcess.StartAsync(
            new Dictionary<string, string>(),
            "--policies", policy, "--overrides", _folder.Path("overrides.json"), "--trusted-proxies", "127.0.0.1");
        _traefik = new(_limiter.Decisions);
    }

    public async ValueTask DisposeAsync()
    {
        _traefik.Dispose();
        await _limiter.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_headers_of_a_request_that_passes_reach_the_api()
    {
        TraefikOutcome outcome = await _traefik.SendAsync("POST", "/exports?a=1", ("X-RateLimit-Limit", "1000000"), ("Accept", "*/*"));

        Assert.Null(outcome.Caller);
        Assert.NotNull(outcome.Api);
        Assert.Equal(("50", "49"), (outcome.Api["X-RateLimit-Limit"], outcome.Api["X-RateLimit-Remaining"]));
        Assert.Equal("1", outcome.Api["X-Front-Tier"]);
        Assert.Equal(("acme", "starter", "*/*"), (outcome.Api["X-Company-Id"], outcome.Api["X-Plan"], outcome.Api["Accept"]));
    }

    [Fact]
    public async Task A_refusal_reaches_the_caller_as_the_policy_defines_it()
    {
        await _traefik.SendAsync("POST", "/exports");
        TraefikOutcome outcome = await _traefik.SendAsync("POST", "/exports");

        Assert.Null(outcome.Api);
        Assert.Equal((429, """{"message":"Too many requests"}"""), (outcome.Caller!.Status, outcome.Caller.Body));
        Assert.Equal(("50", "49", "1"), (outcome.Caller.Limit, outcome.Caller.Remaining, outcome.Caller.Tier));
        Assert.InRange(int.Parse(outcome.Caller.Header("Retry-After")), 1, 3600);
    }

    [Theory]
    [InlineData("X-Company-Id", "globex")]
    [InlineData("X-Plan", "enterprise")]
    [InlineData("X-Client", "partner")]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("X-Forwarded-Method", "GET")]
    [InlineData("X-Forwarded-Uri", "/contacts")]
    [InlineData("X-Original-Method", "GET")]
    [InlineData("X-Original-URI", "/contacts")]
    [InlineData("Connection", "X-Company-Id, X-Plan")]
    public async Task Callers_cannot_choose_their_company_plan_method_or_path(string name, string value)
    {
        TraefikOutcome first = await _traefik.SendAsync("POST", "/exports", (name, value));
        TraefikOutcome second = await _traefik.SendAsync("POST", "/exports", (name, value));
        TraefikOutcome honest = await _traefik.SendAsync("GET", "/contacts");

        Assert.Equal(("50", "49", "1"), (first.Api!["X-RateLimit-Limit"], first.Api["X-RateLimit-Remaining"], first.Api["X-Front-Tier"]));
        Assert.Equal(429, second.Caller!.Status);
        Assert.Equal("48", honest.Api!["X-RateLimit-Remaining"]);
    }

    [Theory]
    [InlineData("/exports;a=1", 429)]
    [InlineData("//exports", 429)]
    [InlineData("/x/../exports", 429)]
    [InlineData("/x/..;/exports", 429)]
    [InlineData("/%65xports", 429)]
    [InlineData("/exports%2F", 400)]
    [InlineData("/exports%00", 400)]
    public async Task Every_spelling_of_a_path_counts_in_one_bucket_or_is_refused(string target, int status)
    {
        await _traefik.SendAsync("POST", "/exports");

        Assert.Equal(status, (await _traefik.SendAsync("POST", target)).Caller!.Status);
    }
}
