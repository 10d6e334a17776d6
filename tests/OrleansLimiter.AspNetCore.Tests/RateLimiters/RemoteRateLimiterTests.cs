using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.AspNetCore.Tests.RateLimiters;

/// <summary>The built-in middleware, and limiters of accounts, in an app whose counts are those of a remote limiter.</summary>
public class RemoteRateLimiterTests
{
    private const string Part =
        "only the limit burst of the policy shop applies, and a remote limiter decides whole policies; require 'shop', "
        + "or write a policy file with this limit only";

    [Fact]
    public async Task The_built_in_middleware_enforces_what_the_remote_limiter_decides()
    {
        await using RemoteHost remote = await RemoteHost.StartAsync(TestPolicies.Shop.Replace("slow down", "wait"));
        await using TestApp one = await TestApp.StartAsync(Setup(remote));
        await using TestApp other = await TestApp.StartAsync(Setup(remote));

        using HttpResponseMessage first = await one.SendAsync("GET", "/things/1");
        Assert.Equal(200, await other.StatusAsync("GET", "/things/1"));
        using HttpResponseMessage refused = await one.SendAsync("GET", "/things/1");

        Assert.Equal((200, "2"), ((int)first.StatusCode, first.Headers.GetValues("X-Remaining").Single()));
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Equal("10", refused.Headers.GetValues("Retry-After").Single());
        Assert.Equal("wait, a", await refused.Content.ReadAsStringAsync());
        Assert.Equal(200, await other.StatusAsync("GET", "/things/2"));
        Assert.Equal(429, await other.StatusAsync("GET", "/things/3"));
        Assert.Empty(one.Log.At(LogLevel.Error));
    }

    [Fact]
    public async Task A_callback_of_the_app_writes_the_body_only()
    {
        await using RemoteHost remote = await RemoteHost.StartAsync(TestPolicies.Shop.Replace("status: 429", "status: 503"));
        await using TestApp app = await TestApp.StartAsync(Setup(remote) with
        {
            Services = services => services.AddRateLimiter(options => options.OnRejected = async (context, cancellationToken) =>
                await context.HttpContext.Response.WriteAsync("own body", cancellationToken)),
        });
        await app.StatusAsync("GET", "/things/1");
        await app.StatusAsync("GET", "/things/1");

        using HttpResponseMessage refused = await app.SendAsync("GET", "/things/1");

        Assert.Equal((503, "10"), ((int)refused.StatusCode, refused.Headers.GetValues("Retry-After").Single()));
        Assert.Equal("own body", await refused.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_named_policy_counts_at_the_remote_limiter()
    {
        await using RemoteHost remote = await RemoteHost.StartAsync(TestPolicies.Shop);
        await using TestApp app = await TestApp.StartAsync(new()
        {
            Limiter = limiter => limiter.UseRemote(remote.Address).AddRateLimiterPolicy("things", "shop"),
            Use = each => each.UseRateLimiter(),
            Map = each => each.MapGet("/things/{id}", () => "").RequireRateLimiting("things"),
        });
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));
        Assert.Equal(200, await app.StatusAsync("GET", "/things/1"));

        using HttpResponseMessage refused = await app.SendAsync("GET", "/things/1");

        Assert.Equal((429, "10"), ((int)refused.StatusCode, refused.Headers.GetValues("Retry-After").Single()));
        Assert.Equal("slow down, a", await refused.Content.ReadAsStringAsync());
        Assert.Equal("account 1, burst 0", await remote.RemainingAsync("""{"account":"a","path":"/things/1"}"""));
    }

    [Fact]
    public async Task A_limiter_of_one_account_counts_with_the_requests_of_all_apps()
    {
        await using RemoteHost remote = await RemoteHost.StartAsync(TestPolicies.Five);
        await using TestApp app = await RemoteLimiterTests.StartAsync(remote, policy: TestPolicies.Five);
        using RateLimiter limiter = app.Services.GetRequiredService<PolicyRateLimiters>()
            .ForAccount(new() { Limits = "five", Account = new(AccountKind.Id, "a"), Cost = 2 });

        using RateLimitLease first = await limiter.AcquireAsync();
        Assert.Equal(404, await app.StatusAsync("GET", "/"));
        using RateLimitLease second = await limiter.AcquireAsync();
        using RateLimitLease third = await limiter.AcquireAsync();

        Assert.Equal((true, true, false), (first.IsAcquired, second.IsAcquired, third.IsAcquired));
        Assert.True(third.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait));
        Assert.Equal(TimeSpan.FromMinutes(1), wait);
        Assert.True(third.TryGetMetadata(LimitMetadata.RefusedLimit, out RateLimitReading? refused));
        Assert.Equal(("five", "account", 0), (refused!.Policy, refused.Limit, refused.Remaining));
        Assert.Equal(0, limiter.GetStatistics()!.CurrentAvailablePermits);
    }

    [Theory]
    [InlineData("allow", true)]
    [InlineData("deny", false)]
    public async Task An_outage_is_decided_by_on_failure(string onFailure, bool isAcquired)
    {
        using var given = new TestLimiters(
            $"{TestPolicies.Five}\non-failure: {onFailure}",
            use: limiter => limiter.UseRemote(options =>
            {
                options.Addresses.Add("http://limiter");
                options.CreateHandler = _ => new StubHandler { OnCall = _ => throw new HttpRequestException("refused") };
            }));
        using RateLimiter limiter = given.RateLimiters.ForAccount(new() { Limits = "five", Account = new(AccountKind.Id, "a") });

        using RateLimitLease lease = await limiter.AcquireAsync();

        Assert.Equal(isAcquired, lease.IsAcquired);
        Assert.True(lease.TryGetMetadata(LimitMetadata.Failure, out string? failure));
        Assert.Equal("unreachable", failure);
        Assert.False(lease.TryGetMetadata(MetadataName.RetryAfter, out _));
    }

    [Fact]
    public async Task A_part_of_a_policy_cannot_be_asked_and_the_error_says_what_can()
    {
        await using RemoteHost remote = await RemoteHost.StartAsync(TestPolicies.Shop);
        await using TestApp app = await RemoteLimiterTests.StartAsync(remote);

        var account = Assert.Throws<ArgumentException>(() => app.Services.GetRequiredService<PolicyRateLimiters>()
            .ForAccount(new() { Limits = "shop/burst", Account = new(AccountKind.Id, "a") }));
        var named = await Assert.ThrowsAsync<InvalidOperationException>(() => TestApp.StartAsync(Setup(remote) with
        {
            Limiter = limiter => limiter.UseRemote(remote.Address).AddRateLimiterPolicy("things", "shop/burst"),
        }));

        Assert.StartsWith(Part, account.Message, StringComparison.Ordinal);
        Assert.Equal($"The rate limiter policy 'things' cannot be added: {Part}", named.Message);
    }

    [Fact]
    public async Task Permits_that_a_remote_limiter_cannot_give_back_are_an_error_of_the_start()
    {
        await using RemoteHost remote = await RemoteHost.StartAsync(TestPolicies.Shop);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestApp.StartAsync(Setup(remote) with
        {
            Configure = options => options.GiveBackRefused = true,
        }));

        Assert.Equal(
            "GiveBackRefused cannot be used with a remote limiter (UseRemote), which gives no permits back; leave it out", error.Message);
    }

    private static TestAppSetup Setup(RemoteHost remote) => BuiltInMiddlewareTests.Setup with
    {
        Limiter = limiter => limiter.UseRemote(remote.Address).UseBuiltInMiddleware(),
    };
}
