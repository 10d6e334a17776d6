using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.AspNetCore.Tests.RateLimiters;

/// <summary>The limiter of one account.</summary>
public sealed class AccountRateLimiterTests : IDisposable
{
    private static readonly AccountRateLimiterOptions s_things =
        new() { Limits = "shop", Account = new(AccountKind.Id, "a"), Path = "/things/1" };

    private readonly TestLimiters _given = new(TestPolicies.Shop);

    public void Dispose() => _given.Dispose();

    [Fact]
    public async Task It_counts_with_the_requests_of_its_account_and_with_other_limiters_of_it()
    {
        using RateLimiter one = _given.RateLimiters.ForAccount(s_things);
        using RateLimiter other = _given.RateLimiters.ForAccount(s_things);

        Assert.True(one.AttemptAcquire().IsAcquired);
        Assert.True(_given.RateLimiters.Requests.AttemptAcquire(_given.Request()).IsAcquired);

        Assert.False((await other.AcquireAsync()).IsAcquired); // the burst of two
        Assert.Equal(0, other.GetStatistics()!.CurrentAvailablePermits);
    }

    [Fact]
    public void A_refusal_names_the_limit_and_has_all_readings()
    {
        using RateLimiter limiter = _given.RateLimiters.ForAccount(s_things);
        using RateLimitLease two = limiter.AttemptAcquire(2);
        _given.Time.Advance(TimeSpan.FromMilliseconds(8_700));

        using RateLimitLease refused = limiter.AttemptAcquire();

        Assert.True(refused.TryGetMetadata(LimitMetadata.RefusedLimit, out RateLimitReading? limit));
        Assert.Equal(("shop", "burst", TimeSpan.FromMilliseconds(1_300)), (limit!.Policy, limit.Limit, limit.RetryAfter));
        Assert.True(refused.TryGetMetadata(LimitMetadata.Readings, out IReadOnlyList<RateLimitReading>? readings));
        Assert.Equal([("account", 1), ("burst", 0)], readings!.Select(each => (each.Limit, each.Remaining)));
        Assert.True(refused.TryGetMetadata(MetadataName.ReasonPhrase, out string? reason));
        Assert.Equal("the limit 'burst' of the policy 'shop' is exceeded", reason);
        Assert.Equal(
            ["RETRY_AFTER", "REASON_PHRASE", "REFUSED_LIMIT", "LIMIT_READINGS"],
            refused.MetadataNames);
        Assert.Equal(["LIMIT_READINGS"], two.MetadataNames);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 10)]
    [InlineData(8_700, 2)]
    [InlineData(9_000, 1)]
    [InlineData(9_999, 1)]
    public void The_time_to_retry_is_rounded_up_to_seconds(int milliseconds, int seconds)
    {
        using RateLimiter limiter = _given.RateLimiters.ForAccount(s_things);
        limiter.AttemptAcquire(2);
        _given.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));

        Assert.True(limiter.AttemptAcquire().TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait));

        Assert.Equal(TimeSpan.FromSeconds(seconds), wait);
        _given.Time.Advance(wait);
        Assert.True(limiter.AttemptAcquire().IsAcquired);
    }

    [Fact]
    public void One_limit_of_a_policy_with_attributes_and_a_cost()
    {
        using RateLimiter limiter = _given.RateLimiters.ForAccount(new()
        {
            Limits = "shop/account",
            Account = new(AccountKind.Id, "a"),
            Attributes = new Dictionary<string, string> { ["plan"] = "pro" },
            Cost = 4,
        });

        Assert.Equal(2, limiter.GetStatistics()!.CurrentAvailablePermits); // 2 * 4 of 10
        Assert.False(limiter.AttemptAcquire(3).IsAcquired);
        Assert.True(limiter.AttemptAcquire(2).IsAcquired);
        Assert.False(limiter.AttemptAcquire(0).IsAcquired);
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8::1", "2001:db8::/64")]
    [InlineData("2001:db8::/64", "2001:db8::/64")]
    public void An_address_is_an_account(string name, string account)
    {
        using RateLimiter limiter = _given.RateLimiters.ForAccount(new() { Limits = "shop", Account = new(AccountKind.Ip, name) });

        Assert.True(limiter.AttemptAcquire().TryGetMetadata(LimitMetadata.Readings, out IReadOnlyList<RateLimitReading>? readings));
        Assert.Equal(new Account(AccountKind.Ip, account), Assert.Single(readings!).Account);
    }

    [Theory]
    [InlineData("shops", "a", "/", "plan", "there is no policy 'shops'; the policies are shop")]
    [InlineData("shop/bursts", "a", "/", "plan", "the policy 'shop' has no limit 'bursts'; it has account, burst")]
    [InlineData("shop", "", "/", "plan", "the limits 'shop' cannot be asked: ")]
    [InlineData("shop", "a", "/%zz", "plan", "the limits 'shop' cannot be asked: ")]
    [InlineData("shop", "a", "/", "team", "the limits 'shop' cannot be asked: attributes: the policy 'shop' has no attribute 'team'")]
    public void A_wrong_option_is_an_error_at_once(string limits, string account, string path, string attribute, string error)
    {
        var options = new AccountRateLimiterOptions
        {
            Limits = limits,
            Account = new(AccountKind.Id, account),
            Path = path,
            Attributes = new Dictionary<string, string> { [attribute] = "basic" },
        };

        Assert.StartsWith(error, Assert.Throws<ArgumentException>(() => _given.RateLimiters.ForAccount(options)).Message);
    }

    [Fact]
    public void A_cost_below_one_is_an_error_at_once() => Assert.Throws<ArgumentOutOfRangeException>(
        () => _given.RateLimiters.ForAccount(new() { Limits = "shop", Account = new(AccountKind.Id, "a"), Cost = 0 }));

    [Fact]
    public void A_change_of_the_policy_applies_and_keeps_the_counts()
    {
        using RateLimiter limiter = _given.RateLimiters.ForAccount(s_things);
        limiter.AttemptAcquire();

        _given.Replace(TestPolicies.Shop.Replace("permits: 2", "permits: 3").Replace("generation: 1", "generation: 2"));

        Assert.Equal(2, limiter.GetStatistics()!.CurrentAvailablePermits);
        Assert.True(limiter.AttemptAcquire(2).IsAcquired);
        Assert.False(limiter.AttemptAcquire().IsAcquired);
    }

    [Fact]
    public void A_limit_that_vanishes_is_logged_once_and_does_not_limit()
    {
        using RateLimiter limiter = _given.RateLimiters.ForAccount(new() { Limits = "shop/burst", Account = new(AccountKind.Id, "a") });

        _given.Replace(TestPolicies.Shop.Replace("name: burst", "name: gust"));

        Assert.True(limiter.AttemptAcquire(100).IsAcquired);
        Assert.True(limiter.AttemptAcquire(100).IsAcquired);
        Assert.Equal(long.MaxValue, limiter.GetStatistics()!.CurrentAvailablePermits);
        Assert.Equal(
            "A limit is not enforced: the policy 'shop' has no limit 'burst'; it has account, gust",
            _given.Get<TestLog>().At(LogLevel.Error).Single());
    }

    [Fact]
    public async Task An_override_raises_the_permits()
    {
        using RateLimiter limiter = _given.RateLimiters.ForAccount(s_things);
        Assert.False(limiter.AttemptAcquire(3).IsAcquired);

        await _given.Get<IOverrides>().SetAsync(
            new() { Account = s_things.Account, Policy = "shop", Limit = "burst", Permits = 3 });

        Assert.True(limiter.AttemptAcquire(3).IsAcquired);
    }

    [Fact]
    public void It_is_idle_since_its_latest_use()
    {
        using RateLimiter limiter = _given.RateLimiters.ForAccount(s_things);
        _given.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), limiter.IdleDuration);

        limiter.AttemptAcquire();
        _given.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(1), limiter.IdleDuration);
    }
}
