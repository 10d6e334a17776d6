using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.AspNetCore.Tests.RateLimiters;

/// <summary>
/// What users of the built-in middleware ask for and lack, in the built-in middleware with the policies as its global limiter. The same
/// questions to the middleware of this library: <see cref="SeveralPoliciesTests"/>, <see cref="HeaderTests"/>, <see cref="FeatureTests"/>,
/// <see cref="ReloadTests"/>.
/// </summary>
public class BuiltInMiddlewareWishesTests
{
    private static readonly TestAppSetup s_setup = BuiltInMiddlewareTests.Setup;

    [Fact(DisplayName = "aspnetcore #42691: an endpoint has several policies, and a refusal of one takes no permits of the others")]
    public async Task An_endpoint_has_several_policies()
    {
        await using TestApp app = await TestApp.StartAsync(s_setup with
        {
            Policies = [TestPolicies.Shop, TestPolicies.Users],
            Map = app =>
            {
                app.MapGet("/both", () => "").RequireLimit("shop").RequireLimit("users");
                app.MapGet("/shop", () => "").RequireLimit("shop");
            },
        });

        using HttpResponseMessage first = await app.SendAsync("GET", "/both", "a", ("X-User", "u"));
        Assert.Equal(200, await app.StatusAsync("GET", "/both", "b", ("X-User", "u")));
        using HttpResponseMessage refused = await app.SendAsync("GET", "/both", "a", ("X-User", "u"));

        Assert.Equal("2", first.Headers.GetValues("X-Remaining").Single());
        Assert.Equal("1", first.Headers.GetValues("X-User-Remaining").Single());
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Equal("\"user\";q=2;w=60", refused.Headers.GetValues("RateLimit-Policy").Single());
        Assert.False(refused.Headers.Contains("X-Remaining"));
        using HttpResponseMessage last = await app.SendAsync("GET", "/shop");
        Assert.Equal("1", last.Headers.GetValues("X-Remaining").Single());
    }

    [Fact(DisplayName = "aspnetcore #44140: a success has headers")]
    public async Task A_success_has_headers()
    {
        await using TestApp app = await TestApp.StartAsync(s_setup);

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("3", response.Headers.GetValues("X-Limit").Single());
        Assert.Equal("2", response.Headers.GetValues("X-Remaining").Single());
        Assert.False(response.Headers.Contains("Retry-After"));
    }

    [Fact(DisplayName = "aspnetcore #45407: a refused lease tells which limit refused")]
    public async Task A_refused_lease_tells_which_limit_refused()
    {
        var refused = new ConcurrentQueue<(string Limit, string Policy, int Readings)>();
        await using TestApp app = await TestApp.StartAsync(s_setup with
        {
            Services = services => services.AddRateLimiter(options => options.OnRejected = (context, _) =>
            {
                Assert.True(context.Lease.TryGetMetadata(LimitMetadata.RefusedLimit, out RateLimitReading? limit));
                Assert.True(context.Lease.TryGetMetadata(LimitMetadata.Readings, out IReadOnlyList<RateLimitReading>? readings));
                refused.Enqueue((limit!.Limit, limit.Policy, readings!.Count));
                return default;
            }),
        });
        foreach (string thing in (string[])["/things/1", "/things/1", "/things/1", "/things/2", "/things/3"])
        {
            await app.StatusAsync("GET", thing);
        }

        Assert.Equal([("burst", "shop", 2), ("account", "shop", 2)], refused);
    }

    [Fact(DisplayName = "aspnetcore #52411: a sliding window tells when to retry, and waiting as long is enough")]
    public async Task A_sliding_window_tells_when_to_retry()
    {
        await using TestApp app = await TestApp.StartAsync(s_setup);
        await app.StatusAsync("GET", "/things/1");
        app.Time.Advance(TimeSpan.FromSeconds(4));
        await app.StatusAsync("GET", "/things/1");
        app.Time.Advance(TimeSpan.FromSeconds(3));

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/1");

        Assert.Equal("3", response.Headers.GetValues("Retry-After").Single());
        app.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
    }

    [Fact(DisplayName = "a changed limit is in force without a restart, and the counts stay")]
    public async Task A_changed_limit_is_in_force_without_a_restart()
    {
        await using TestApp app = await TestApp.StartAsync(s_setup);
        await app.StatusAsync("GET", "/things/1");
        app.Replace(TestPolicies.Shop.Replace("permits: 3", "permits: 5").Replace("generation: 1", "generation: 2"));
        app.Time.Advance(TimeSpan.FromSeconds(1));

        using HttpResponseMessage response = await app.SendAsync("GET", "/things/2");

        Assert.Equal("5", response.Headers.GetValues("X-Limit").Single());
        Assert.Equal("3", response.Headers.GetValues("X-Remaining").Single());
    }

    [Fact(DisplayName = "two replicas with one store have one count")]
    public async Task Two_replicas_have_one_count()
    {
        using var store = new InProcessBucketStore(new LimiterClock(new FakeTime()));
        TestAppSetup setup = s_setup with { Limiter = limiter => limiter.UseStore(_ => new SharedStore(store)).UseBuiltInMiddleware() };
        await using TestApp one = await TestApp.StartAsync(setup);
        await using TestApp other = await TestApp.StartAsync(setup);

        Assert.Equal(200, await one.StatusAsync("GET", "/things/1"));
        Assert.Equal(200, await other.StatusAsync("GET", "/things/1"));

        Assert.Equal(429, await one.StatusAsync("GET", "/things/1"));
        Assert.Equal(429, await other.StatusAsync("GET", "/things/1"));
    }

    [Theory(DisplayName = "permits are given back when a later limiter refuses, or at least taken only once")]
    [InlineData(true, false, 2)]
    [InlineData(true, true, 2)]
    [InlineData(false, false, 1)]
    [InlineData(false, true, 1)]
    public async Task Permits_are_given_back_when_a_later_limiter_refuses(bool givesBack, bool isLate, int remaining)
    {
        await using TestApp app = await TestApp.StartAsync(s_setup with
        {
            Limiter = limiter => BuiltInMiddlewareTests.UseStore(limiter.UseBuiltInMiddleware(), isLate),
            Configure = options => options.GiveBackRefused = givesBack,
            Services = services => services.AddSingleton(new HttpClient()).AddRateLimiter(options =>
                options.AddConcurrencyLimiter("one", limiter => limiter.PermitLimit = 1)),
            Map = app =>
            {
                app.MapGet("/later", async (HttpClient client, HttpContext context) =>
                {
                    using var again = new HttpRequestMessage(HttpMethod.Get, $"http://{context.Request.Host}/later");
                    again.Headers.Add("X-Account", "b");
                    return (int)(await client.SendAsync(again)).StatusCode; // while this request has the only permit
                }).RequireRateLimiting("one");
                app.MapGet("/read", () => "");
            },
        });

        Assert.Equal("503", await (await app.SendAsync("GET", "/later")).Content.ReadAsStringAsync());

        using HttpResponseMessage other = await app.SendAsync("GET", "/read", "b");
        Assert.Equal($"{remaining}", other.Headers.GetValues("X-Remaining").Single());
        using HttpResponseMessage own = await app.SendAsync("GET", "/read");
        Assert.Equal("1", own.Headers.GetValues("X-Remaining").Single());
    }

    [Fact(DisplayName = "all limits of a policy are one limiter, so a refusal takes no permits")]
    public async Task A_refusal_of_one_limit_of_a_policy_takes_no_permits_of_the_others()
    {
        await using TestApp app = await TestApp.StartAsync(s_setup);
        await app.StatusAsync("GET", "/things/1");
        await app.StatusAsync("GET", "/things/1");
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(429, await app.StatusAsync("GET", "/things/1"));
        }

        Assert.Equal(200, await app.StatusAsync("GET", "/things/2"));
    }

    // The store of another process stays when an app stops.
    private sealed class SharedStore(InProcessBucketStore store) : FakeBucketStore
    {
        protected override async ValueTask<GroupReply> ExecuteAsync(GroupRequest request)
        {
            await Task.Yield();
            return await store.ExecuteAsync(request);
        }
    }
}
