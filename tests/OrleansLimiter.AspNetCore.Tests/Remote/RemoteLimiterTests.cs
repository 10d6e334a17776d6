using System.Net;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>An app whose requests a remote limiter decides over HTTP.</summary>
public class RemoteLimiterTests
{
    [Fact]
    public async Task The_remote_limiter_counts_and_its_policy_gives_the_response()
    {
        string remotePolicy = TestPolicies.Shop
            .Replace("status: 429", "status: 503").Replace("slow down", "wait").Replace("X-Limit:", "X-Max:").Replace("permits: 3", "permits: 2");
        await using RemoteHost remote = await RemoteHost.StartAsync(remotePolicy);
        await using TestApp app = await StartAsync(remote);

        using HttpResponseMessage first = await app.SendAsync("GET", "/things/1");
        await app.StatusAsync("GET", "/things/2");
        using HttpResponseMessage third = await app.SendAsync("GET", "/things/3");

        Assert.Equal("200 2 1", $"{(int)first.StatusCode} {Header(first, "X-Max")} {Header(first, "X-Remaining")}");
        Assert.Equal("1", await first.Content.ReadAsStringAsync());
        Assert.Equal("503 2 0 60", $"{(int)third.StatusCode} {Header(third, "X-Max")} {Header(third, "X-Remaining")} {Header(third, "Retry-After")}");
        Assert.Equal("text/plain", third.Content.Headers.ContentType!.ToString());
        Assert.Equal("wait, a", await third.Content.ReadAsStringAsync());
        Assert.False(third.Headers.Contains("X-Limit"));
        Assert.Empty(app.Log.At(LogLevel.Error));
    }

    [Fact]
    public async Task Two_apps_have_one_count()
    {
        await using RemoteHost remote = await RemoteHost.StartAsync(TestPolicies.Shop);
        await using TestApp one = await StartAsync(remote);
        await using TestApp other = await StartAsync(remote);

        Assert.Equal(200, await one.StatusAsync("GET", "/things/1"));
        Assert.Equal(200, await other.StatusAsync("GET", "/things/1"));
        Assert.Equal(429, await one.StatusAsync("GET", "/things/1"));
        Assert.Equal(200, await other.StatusAsync("GET", "/things/2"));
        Assert.Equal(429, await one.StatusAsync("GET", "/other"));
    }

    [Fact]
    public async Task The_feature_shows_the_readings_of_the_remote_limiter()
    {
        RateLimitReading[] allowed = [];
        RateLimitReading? refused = null;
        await using RemoteHost remote = await RemoteHost.StartAsync(TestPolicies.Shop);
        await using TestApp app = await StartAsync(remote, configure: options => options.OnDecision = (_, feature) =>
            (allowed, refused) = (feature.Allowed ? [.. feature.Readings] : allowed, feature.Refused));
        await app.StatusAsync("GET", "/things/1");

        Assert.Equal(
            [
                new("shop", "account", new(AccountKind.Id, "a"), true, true, 3, 2, Seconds(60), Seconds(60), Seconds(60), null),
                new("shop", "burst", new(AccountKind.Id, "a"), true, true, 2, 1, Seconds(10), Seconds(10), Seconds(10), null),
            ],
            allowed);
        await app.StatusAsync("GET", "/things/1");
        await app.StatusAsync("GET", "/things/1");
        Assert.Equal(("burst", Seconds(10)), (refused?.Limit, refused?.RetryAfter));
    }

    [Fact]
    public async Task The_app_finds_identity_attributes_resource_and_cost()
    {
        await using RemoteHost remote = await RemoteHost.StartAsync(TestPolicies.Shop);
        await using TestApp app = await StartAsync(
            remote,
            configure: options =>
            {
                options.Identity.FromClaim("X-Account", "sub");
                options.Address = _ => IPAddress.Parse("2001:db8::7");
            },
            before: app => app.Use((context, next) =>
            {
                context.User = new(new ClaimsIdentity(
                    context.Request.Headers["X-User"].Select(user => new Claim("sub", user!)), authenticationType: "test"));
                return next(context);
            }),
            map: app => app.MapPost("/things/{id}", (string id) => id).RequireLimit("shop", cost: 2));

        Assert.Equal(200, await app.StatusAsync("POST", "/things/b%20c", null, ("X-User", "u"), ("X-Plan", "PRO"), ("X-Account", "x")));
        Assert.Equal(404, await app.StatusAsync("GET", "/", null)); // no endpoint, but counted

        Assert.Equal(
            "account 8, burst 0",
            await remote.RemainingAsync("""{"account":"u","attributes":{"plan":"pro"},"path":"/things/b%20c"}"""));
        Assert.Equal("account 2", await remote.RemainingAsync("""{"ip":"2001:db8::9","path":"/"}"""));
        Assert.Equal("account 3", await remote.RemainingAsync("""{"account":"x","path":"/"}"""));
    }

    [Fact]
    public async Task An_unlisted_route_is_the_same_endpoint_at_the_remote_limiter()
    {
        await using RemoteHost remote = await RemoteHost.StartAsync(TestPolicies.Routes);
        await using TestApp app = await StartAsync(
            remote, policy: TestPolicies.Routes, map: app => app.MapGet("/teams/{name}/members", (string name) => name));

        using HttpResponseMessage response = await app.SendAsync("GET", "/teams/red/members");
        using HttpResponseMessage unmatched = await app.SendAsync("GET", "/a/77/b");

        Assert.Equal("GET /teams/{id}/members", Uri.UnescapeDataString(Header(response, "X-Endpoint")!));
        Assert.Equal("GET /a/{id}/b", Uri.UnescapeDataString(Header(unmatched, "X-Endpoint")!));
        Assert.Equal(429, await app.StatusAsync("GET", "/teams/blue/members"));
    }

    [Fact]
    public async Task A_refusal_without_a_body_is_described_by_the_problem_details_of_the_app()
    {
        await using RemoteHost remote = await RemoteHost.StartAsync(TestPolicies.Users);
        await using TestApp app = await StartAsync(
            remote, policy: TestPolicies.Users, services: services => services.AddProblemDetails());
        await app.StatusAsync("GET", "/things/1");
        await app.StatusAsync("GET", "/things/1");

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("the limit 'user' of the policy 'users' is exceeded", problem.RootElement.GetProperty("detail").GetString());
        Assert.Equal("60", Header(response, "Retry-After"));
    }

    [Fact]
    public async Task A_grpc_call_that_the_remote_limiter_refuses_is_resource_exhausted()
    {
        await using RemoteHost remote = await RemoteHost.StartAsync(TestPolicies.Users);
        await using TestApp app = await StartAsync(remote, policy: TestPolicies.Users);
        const string Call = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        await RawHttp.SendAsync(app.Client.BaseAddress!, Call);
        await RawHttp.SendAsync(app.Client.BaseAddress!, Call);

        string response = await RawHttp.SendAsync(app.Client.BaseAddress!, Call);

        Assert.StartsWith("HTTP/1.1 200 OK", response);
        Assert.Contains("grpc-status: 8\r\n", response, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("grpc-retry-pushback-ms: 60000\r\n", response);
    }

    [Theory]
    [InlineData("allow", 200)]
    [InlineData("deny", 429)]
    public async Task A_policy_that_the_remote_limiter_does_not_know_is_logged_and_on_failure_decides(string onFailure, int status)
    {
        await using RemoteHost remote = await RemoteHost.StartAsync(TestPolicies.Users);
        await using TestApp app = await StartAsync(remote, policy: TestPolicies.Shop + $"\non-failure: {onFailure}\n");

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");
        await app.StatusAsync("GET", "/things/1");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("unreachable", Header(response, "X-Limiter-Failure"));
        Assert.Equal(
            $"The limiter at {remote.Address} does not decide a request of the policy shop, and on-failure decides: 404, there is no policy "
                + "'shop'; known are users. Compare its policy with that of this app. Requests not logged since the last entry: 0",
            Assert.Single(app.Log.At(LogLevel.Error)));
    }

    [Fact]
    public async Task An_endpoint_that_only_the_app_knows_does_not_affect_other_requests()
    {
        await using RemoteHost remote = await RemoteHost.StartAsync(TestPolicies.Shop.Replace("thing:", "item:").Replace("endpoint: thing", "endpoint: item"));
        await using TestApp app = await StartAsync(remote);

        using HttpResponseMessage unknown = await app.SendAsync("GET", "/things/1");
        using HttpResponseMessage known = await app.SendAsync("GET", "/x");

        Assert.Equal("unreachable", Header(unknown, "X-Limiter-Failure"));
        Assert.Equal("2", Header(known, "X-Remaining"));
        Assert.Contains("has no endpoint of that name", app.Log.At(LogLevel.Error).Single());
    }

    [Fact]
    public async Task Code_asks_the_remote_limiter_by_its_service()
    {
        await using RemoteHost remote = await RemoteHost.StartAsync(TestPolicies.Shop);
        await using TestApp app = await StartAsync(remote);
        var limiter = app.Services.GetRequiredService<RemoteLimiter>();
        Policy policy = app.Services.GetRequiredService<PolicyCatalog>().Current.Policies["shop"].Policy;
        Assert.True(policy.Endpoints.TryMatch("POST", "/imports", out EndpointMatch endpoint, out _));
        LimitRequest request = new() { Account = new(AccountKind.Id, "m"), Method = "POST", Endpoint = endpoint, Cost = 3 };

        LimiterCheck check = new("m") { Method = "POST", Path = "/imports", Cost = 3 };
        LimiterCheck question = new("m") { Method = "POST", Path = "/imports", Cost = 3, Peek = true };

        RemoteDecision peek = await limiter.CheckAsync("shop", question);
        RemoteDecision first = await limiter.CheckAsync("shop", check);
        RemoteDecision second = await limiter.CheckAsync(policy, request);

        Assert.Equal((true, 3), (peek.Allowed, peek.Readings[0].Remaining));
        Assert.Equal((true, 200, 0), (first.Allowed, first.Status, first.Readings[0].Remaining));
        Assert.Equal((false, 429, "account", Seconds(60)), (second.Allowed, second.Status, second.Refused?.Limit, second.RetryAfter));
        Assert.Equal("text/plain", second.ContentType);
        Assert.Equal("slow down, m"u8.ToArray(), second.Body.ToArray());
        Assert.Null(second.Failure);
        ArgumentException unknown = Assert.Throws<ArgumentException>(() => { _ = limiter.CheckAsync("shops", check).AsTask(); });
        Assert.StartsWith("There is no policy 'shops'; the policies are shop", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_requests_at_once_are_counted_exactly_and_share_calls()
    {
        int calls = 0;
        string policyFile = TestPolicies.Shop.Replace("permits: 3", "permits: 300");
        await using RemoteHost remote = await RemoteHost.StartAsync(policyFile);
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Policies = [policyFile],
            Limiter = limiter => limiter.UseRemote(options =>
            {
                options.Addresses.Add(remote.Address);
                options.CreateHandler = _ => new CountingHandler(() => Interlocked.Increment(ref calls));
                options.ConfigureClient = client => client.DefaultRequestHeaders.Add(CountingHandler.Expected, "yes");
            }),
        });
        var limiter = app.Services.GetRequiredService<RemoteLimiter>();
        Policy policy = app.Services.GetRequiredService<PolicyCatalog>().Current.Policies["shop"].Policy;
        LimitRequest request = new() { Account = new(AccountKind.Id, "m"), Method = "GET", Endpoint = new(-1, "other", ""), Cost = 1 };

        RemoteDecision[] decisions = await Task.WhenAll(Enumerable.Range(0, 5_000)
            .Select(_ => Task.Run(async () => await limiter.CheckAsync(policy, request))));

        Assert.Equal(300, decisions.Count(decision => decision.Allowed));
        Assert.All(decisions, decision => Assert.Null(decision.Failure));
        Assert.Equal(
            Enumerable.Range(0, 300), decisions.Where(decision => decision.Allowed).Select(decision => decision.Readings[0].Remaining).Order());
        TestContext.Current.TestOutputHelper?.WriteLine($"{calls} calls");
        Assert.InRange(calls, 5, 4_999);
    }

    [Theory]
    [InlineData(typeof(Limiter), "inject RemoteLimiter in its place")]
    [InlineData(typeof(IBucketStore), "inject RemoteLimiter")]
    [InlineData(typeof(IOverrides), "set them at its address of administration")]
    public async Task A_service_with_counts_of_this_process_does_not_exist_and_the_error_names_the_right_one(Type service, string right)
    {
        await using RemoteHost remote = await RemoteHost.StartAsync(TestPolicies.Shop);
        await using TestApp app = await StartAsync(remote);

        var error = Assert.Throws<InvalidOperationException>(() => app.Services.GetRequiredService(service));

        Assert.StartsWith("The app uses a remote limiter (UseRemote), so the counts are not in this process: ", error.Message);
        Assert.EndsWith(right, error.Message);
    }

    private sealed class CountingHandler(Action onCall) : DelegatingHandler(new SocketsHttpHandler())
    {
        public const string Expected = "X-Tenant";

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal("yes", request.Headers.GetValues(Expected).Single());
            onCall();
            return base.SendAsync(request, cancellationToken);
        }
    }

    internal static Task<TestApp> StartAsync(
        RemoteHost remote, string policy = TestPolicies.Shop, Action<OrleansLimiterOptions>? configure = null,
        Action<WebApplication>? before = null, Action<WebApplication>? map = null, Action<IServiceCollection>? services = null) =>
        TestApp.StartAsync(new()
        {
            Policies = [policy],
            Limiter = limiter => limiter.UseRemote(remote.Address),
            Configure = configure ?? (_ => { }),
            Before = before ?? (_ => { }),
            Map = map ?? new TestAppSetup().Map,
            Services = services ?? (_ => { }),
        });

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.Single() : null;
}
