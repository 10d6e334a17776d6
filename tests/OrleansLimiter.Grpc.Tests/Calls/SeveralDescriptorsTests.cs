namespace OrleansLimiter.Grpc.Tests;

public class SeveralDescriptorsTests
{
    [Fact]
    public async Task Each_descriptor_is_counted_and_has_its_status_in_order()
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Things);

        Assert.Equal(
            ["Ok", "OK account 2 of 3 per Minute, 60 s", "OK account 2 of 3 per Minute, 60 s"], await host.AskAsync("account=a", "account=b"));
        Assert.Equal(["Ok", "OK account 1 of 3 per Minute, 60 s"], await host.AskAsync("account=b"));
    }

    [Fact]
    public async Task A_refused_request_counts_none_of_its_descriptors()
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Things);
        await host.CallAsync(Rls.Request("things", Rls.Descriptor("account=b", 3)));

        Assert.Equal(
            ["OverLimit", "OK account 3 of 3 per Minute, 0 s", "OverLimit account 0 of 3 per Minute, 60 s", "OK account 3 of 3 per Minute, 0 s"],
            await host.AskAsync("account=a", "account=b", "account=c"));
        Assert.Equal(["Ok", "OK account 2 of 3 per Minute, 60 s"], await host.AskAsync("account=a"));
    }

    [Fact]
    public async Task Descriptors_of_one_bucket_count_once_each()
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Things);

        Assert.Equal(
            ["Ok", "OK account 1 of 3 per Minute, 60 s", "OK account 1 of 3 per Minute, 60 s"], await host.AskAsync("account=a", "account=a"));
        RateLimitResponse refused = await host.CallAsync(Rls.Request("things", "account=a", "account=a"));
        Assert.Equal(RateLimitResponse.Types.Code.OverLimit, refused.OverallCode);
        Assert.Equal(["Ok", "OK account 0 of 3 per Minute, 60 s"], await host.AskAsync("account=a"));
    }

    [Fact]
    public async Task A_descriptor_that_only_checks_counts_nothing_but_can_refuse_the_request()
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Things);
        RateLimitDescriptor check = Rls.Descriptor("account=b", 0);

        Assert.Equal(
            ["OK account 2 of 3 per Minute, 60 s", "OK account 3 of 3 per Minute, 0 s"],
            Rls.Statuses(await host.CallAsync(Rls.Request("things", Rls.Descriptor("account=a"), check))));
        await host.CallAsync(Rls.Request("things", Rls.Descriptor("account=b", 3)));
        RateLimitResponse refused = await host.CallAsync(Rls.Request("things", Rls.Descriptor("account=a"), check));
        Assert.Equal(RateLimitResponse.Types.Code.OverLimit, refused.OverallCode);
        Assert.Equal(["Ok", "OK account 1 of 3 per Minute, 60 s"], await host.AskAsync("account=a"));
    }

    [Fact]
    public async Task The_headers_are_those_of_a_descriptor_that_refuses_or_else_of_the_tightest()
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Things);
        await host.CallAsync(Rls.Request("things", Rls.Descriptor("account=b", 2)));

        Assert.Equal("b", Who(await host.CallAsync(Rls.Request("things", "account=a", "account=b", "account=c"))));
        Assert.Equal("b", Who(await host.CallAsync(Rls.Request("things", "account=a", "account=b", "account=c"))));
        Assert.Equal("c", Who(await host.CallAsync(Rls.Request("things", "account=c", "account=a"))));

        static string Who(RateLimitResponse response) => response.ResponseHeadersToAdd.Single(header => header.Key == "X-Who").Value;
    }

    [Theory]
    [InlineData("error", "descriptors[1]: the policy 'things' does not know the key 'generic_key'")]
    [InlineData("allow", "OK account 2 of 3 per Minute, 60 s|OK")]
    [InlineData("deny", "OK account 3 of 3 per Minute, 0 s|OverLimit, 1 s")]
    public async Task The_policy_decides_on_a_descriptor_that_it_does_not_know(string onMissing, string expected)
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.ThingsWith($"rls: {{ on-missing: {onMissing} }}"));
        RateLimitRequest request = Rls.Request("things", "account=a", "generic_key=x");
        string found = onMissing == "error"
            ? (await host.FailAsync(request)).Detail
            : string.Join('|', Rls.Statuses(await host.CallAsync(request)));

        Assert.StartsWith(expected, found, StringComparison.Ordinal);
        int left = onMissing == "allow" ? 1 : 2;
        Assert.Equal(["Ok", $"OK account {left} of 3 per Minute, 60 s"], await host.AskAsync("account=a"));
    }
}
