using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansLimiter.AspNetCore.Tests.RateLimiters;

/// <summary>Limits of a policy file as named policies of the built-in middleware.</summary>
public class NamedPolicyTests
{
    private static readonly TestAppSetup s_setup = new()
    {
        Policies = [TestPolicies.Shop, TestPolicies.Routes],
        Limiter = limiter => limiter.AddRateLimiterPolicy("things", "shop").AddRateLimiterPolicy("routes", "routes"),
        Use = app => app.UseRateLimiter(),
        Map = app =>
        {
            app.MapGet("/things/{id}", () => "").RequireRateLimiting("things");
            app.MapGet("/teams/{team}", () => "").RequireRateLimiting("routes");
            app.MapGet("/free", () => "");
        },
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_account_and_endpoint_is_a_partition_and_a_refusal_is_that_of_the_policy(bool isLate)
    {
        await using TestApp app = await TestApp.StartAsync(s_setup with
        {
            Limiter = limiter =>
            {
                s_setup.Limiter(limiter);
                BuiltInMiddlewareTests.UseStore(limiter, isLate);
            },
        });
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));

        using HttpResponseMessage refused = await app.SendAsync("GET", "/things/1");

        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Equal("10", refused.Headers.GetValues("Retry-After").Single());
        Assert.Equal("slow down, a", await refused.Content.ReadAsStringAsync());
        Assert.Equal(200, await app.StatusAsync("GET", "/things/2"));
        Assert.Equal(429, await app.StatusAsync("GET", "/things/2")); // three a minute for the account
        Assert.Equal(200, await app.StatusAsync("GET", "/things/2", "b"));
        Assert.Equal(200, await app.StatusAsync("GET", "/free"));
    }

    [Fact]
    public async Task The_endpoint_is_the_route_template()
    {
        await using TestApp app = await TestApp.StartAsync(s_setup);

        Assert.Equal(200, await app.StatusAsync("GET", "/teams/red"));
        Assert.Equal(429, await app.StatusAsync("GET", "/teams/blue"));
    }

    [Fact]
    public async Task Attributes_have_partitions_of_their_own()
    {
        await using TestApp app = await TestApp.StartAsync(s_setup);
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1", headers: ("X-Plan", "pro"))); // ten a minute
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1")); // three a minute

        using HttpResponseMessage refused = await app.SendAsync("GET", "/things/1");

        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Equal("3", refused.Headers.GetValues("X-Limit").Single());
    }

    [Fact]
    public async Task An_invalid_identity_is_400()
    {
        await using TestApp app = await TestApp.StartAsync(s_setup);

        using HttpResponseMessage response = await app.SendAsync("GET", "/teams/red", account: null);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("the header X-Account is missing", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_change_of_the_policy_applies_and_keeps_the_counts()
    {
        await using TestApp app = await TestApp.StartAsync(s_setup);
        await app.StatusAsync("GET", "/things/1");
        app.Replace(TestPolicies.Shop.Replace("permits: 2", "permits: 1").Replace("generation: 1", "generation: 2"));
        app.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(429, await app.StatusAsync("GET", "/things/1"));
    }

    [Fact]
    public async Task A_callback_of_the_app_writes_the_body()
    {
        await using TestApp app = await TestApp.StartAsync(s_setup with
        {
            Services = services => services.AddRateLimiter(options =>
                options.OnRejected = async (context, token) => await context.HttpContext.Response.WriteAsync("mine", token)),
        });
        await app.StatusAsync("GET", "/teams/red");

        using HttpResponseMessage refused = await app.SendAsync("GET", "/teams/red");

        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Equal("mine", await refused.Content.ReadAsStringAsync());
        Assert.Equal("GET%20/teams/{id}", refused.Headers.GetValues("X-Endpoint").Single());
    }

    [Fact]
    public async Task A_refusal_gives_back_what_the_global_limiter_has_acquired()
    {
        await using TestApp app = await TestApp.StartAsync(s_setup with
        {
            Configure = options =>
            {
                options.GlobalPolicies.Add("shop");
                options.GiveBackRefused = true;
            },
            Limiter = limiter => limiter.UseBuiltInMiddleware().AddRateLimiterPolicy("routes", "routes"),
            Map = app =>
            {
                app.MapGet("/teams/{team}", () => "").RequireRateLimiting("routes");
                app.MapGet("/free", () => "");
            },
        });
        await app.StatusAsync("GET", "/teams/red");

        Assert.Equal(429, await app.StatusAsync("GET", "/teams/red"));

        using HttpResponseMessage response = await app.SendAsync("GET", "/free");
        Assert.Equal("1", response.Headers.GetValues("X-Remaining").Single());
    }

    [Fact]
    public async Task A_policy_that_applies_to_every_request_cannot_be_named_too()
    {
        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => TestApp.StartAsync(s_setup with
        {
            Configure = options => options.GlobalPolicies.Add("shop"),
            Limiter = limiter => limiter.AddRateLimiterPolicy("things", "shop/account").UseBuiltInMiddleware(),
        }));

        Assert.Equal(
            "The rate limiter policy 'things' would count requests twice: the policy 'shop' applies to every request. "
                + "Leave one of them out: name the policies for every request in GlobalPolicies",
            exception.Message);
    }

    [Fact]
    public async Task An_app_with_a_wrong_name_does_not_start()
    {
        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => TestApp.StartAsync(s_setup with
        {
            Limiter = limiter => limiter.AddRateLimiterPolicy("things", "shop/bursts"),
        }));

        Assert.Equal(
            "The rate limiter policy 'things' cannot be added: the policy 'shop' has no limit 'bursts'; it has account, burst",
            exception.Message);
    }
}
