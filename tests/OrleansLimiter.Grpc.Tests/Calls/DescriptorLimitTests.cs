using System.Net;
using System.Text;

namespace OrleansLimiter.Grpc.Tests;

/// <summary>Descriptors with a limit of their own.</summary>
public class DescriptorLimitTests
{
    private static readonly string Policy = RlsPolicies.Things.Replace(
        "permits: 3, window: 60s }", "permits: 3, window: 60s, descriptor-limit: allow }", StringComparison.Ordinal);

    [Fact]
    public async Task It_replaces_permits_and_window_of_the_limits_that_allow_it()
    {
        await using RlsHost host = await RlsHost.StartAsync(Policy);

        Assert.Equal(["Ok", "OK account 4 of 5 per Day, 86400 s"], await AskAsync(host, "account=a", 5, RateLimitUnit.Day));
        Assert.Equal(["Ok", "OK burst 1 of 2 per Second, 1 s"], await AskAsync(host, "account=b; path=/things/1", 9, RateLimitUnit.Hour));
        Assert.Equal(["Ok", "OK burst 0 of 2 per Second, 1 s"], await AskAsync(host, "account=b; path=/things/1", 9, RateLimitUnit.Hour));
        Assert.Equal(["OverLimit", "OverLimit burst 0 of 2 per Second, 1 s"], await AskAsync(host, "account=b; path=/things/1", 9, RateLimitUnit.Hour));
    }

    [Fact]
    public async Task Each_limit_and_the_policy_itself_have_a_bucket()
    {
        await using RlsHost host = await RlsHost.StartAsync(Policy);

        Assert.Equal(["Ok", "OK account 0 of 1 per Second, 1 s"], await AskAsync(host, "account=a", 1, RateLimitUnit.Second));
        Assert.Equal(["OverLimit", "OverLimit account 0 of 1 per Second, 1 s"], await AskAsync(host, "account=a", 1, RateLimitUnit.Second));
        Assert.Equal(["Ok", "OK account 0 of 1 per Minute, 60 s"], await AskAsync(host, "account=a", 1, RateLimitUnit.Minute));
        Assert.Equal(["Ok", "OK account 1 of 2 per Second, 1 s"], await AskAsync(host, "account=a", 2, RateLimitUnit.Second));
        Assert.Equal(["Ok", "OK account 0 of 1 per Second, 1 s"], await AskAsync(host, "account=a; mode=sandbox", 1, RateLimitUnit.Second));
        Assert.Equal(["Ok", "OK account 2 of 3 per Minute, 60 s"], await host.AskAsync("account=a"));
    }

    [Fact]
    public async Task No_permits_block()
    {
        await using RlsHost host = await RlsHost.StartAsync(Policy);

        Assert.Equal(["OverLimit", "OverLimit account 0 of 0 per Year, 1 s"], await AskAsync(host, "account=a", 0, RateLimitUnit.Year));
    }

    [Fact]
    public async Task A_burst_keeps_its_proportion()
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Limit(
            "algorithm: token-bucket, permits: 2, window: 1s, burst: 6, descriptor-limit: allow"));
        RateLimitResponse response = await host.CallAsync(Rls.Request("one", Descriptor("account=a", 10, RateLimitUnit.Minute)));

        Assert.Equal(["OK only 29 of 30 per Unknown, 6 s"], Rls.Statuses(response));
    }

    [Fact]
    public async Task Descriptors_with_and_without_a_limit_are_one_decision()
    {
        await using RlsHost host = await RlsHost.StartAsync(Policy);
        RateLimitDescriptor own = Descriptor("account=a", 1, RateLimitUnit.Hour);
        RateLimitResponse both = await host.CallAsync(Rls.Request("things", own, Rls.Descriptor("account=a")));
        RateLimitResponse refused = await host.CallAsync(Rls.Request("things", own, Rls.Descriptor("account=a")));

        Assert.Equal(["OK account 0 of 1 per Hour, 3600 s", "OK account 2 of 3 per Minute, 60 s"], Rls.Statuses(both));
        Assert.Equal(["OverLimit account 0 of 1 per Hour, 3600 s", "OK account 2 of 3 per Minute, 60 s"], Rls.Statuses(refused));
        Assert.Equal(["Ok", "OK account 1 of 3 per Minute, 60 s"], await host.AskAsync("account=a"));
    }

    [Fact]
    public async Task An_override_of_the_account_comes_first()
    {
        await using RlsHost host = await RlsHost.StartAsync(Policy);
        using var change = new StringContent("""{"permits":7}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage set = await host.Admin.PutAsync("/v1/accounts/a/overrides/things/account", change);

        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        Assert.Equal(["Ok", "OK account 6 of 7 per Minute, 60 s"], await AskAsync(host, "account=a", 100, RateLimitUnit.Day));
        Assert.Equal(["Ok", "OK account 5 of 7 per Minute, 60 s"], await host.AskAsync("account=a"));
        Assert.Equal(["Ok", "OK account 99 of 100 per Day, 86400 s"], await AskAsync(host, "account=b", 100, RateLimitUnit.Day));
    }

    [Fact]
    public async Task The_bucket_is_shown_with_its_limit()
    {
        await using RlsHost host = await RlsHost.StartAsync(Policy);
        await AskAsync(host, "account=a", 600, RateLimitUnit.Day);

        Assert.Contains(
            "\"key\":{\"Limit\":\"600/86400s\",\"mode\":\"live\"}", await host.Admin.GetStringAsync("/v1/accounts/a"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_number_of_limits_is_decided()
    {
        await using RlsHost host = await RlsHost.StartAsync(Policy);

        for (uint permits = 1; permits <= 1_100; permits++)
        {
            RateLimitResponse response = await host.CallAsync(
                Rls.Request("things", Descriptor($"account=a{permits}", permits, RateLimitUnit.Day)));
            Assert.Equal([$"OK account {permits - 1} of {permits} per Day, 86400 s"], Rls.Statuses(response));
        }
    }

    [Fact]
    public async Task A_limit_that_no_limit_of_the_policy_allows_is_an_error_and_counts_nothing()
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Things);

        Assert.Equal(
            (StatusCode.InvalidArgument, "descriptors[1]: it has a limit, but no limit of the policy has 'descriptor-limit: allow'; leave it out, or allow it there"),
            await host.FailAsync(Rls.Request("things", Rls.Descriptor("account=a"), Descriptor("account=a", 5, RateLimitUnit.Day))));
        Assert.Equal(["Ok", "OK account 2 of 3 per Minute, 60 s"], await host.AskAsync("account=a"));
    }

    private static async Task<string[]> AskAsync(RlsHost host, string entries, uint permits, RateLimitUnit unit)
    {
        RateLimitResponse response = await host.CallAsync(Rls.Request("things", Descriptor(entries, permits, unit)));
        return [response.OverallCode.ToString(), .. Rls.Statuses(response)];
    }

    private static RateLimitDescriptor Descriptor(string entries, uint permits, RateLimitUnit unit)
    {
        RateLimitDescriptor descriptor = Rls.Descriptor(entries);
        descriptor.Limit = new() { RequestsPerUnit = permits, Unit = unit };
        return descriptor;
    }
}
