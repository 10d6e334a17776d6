namespace OrleansLimiter.Grpc.Tests;

/// <summary>A domain that no policy has, and a single descriptor that its policy does not know.</summary>
public class OnMissingTests
{
    [Theory]
    [InlineData(RlsMissing.Allow, RateLimitResponse.Types.Code.Ok, "OK")]
    [InlineData(RlsMissing.Deny, RateLimitResponse.Types.Code.OverLimit, "OverLimit, 1 s")]
    public async Task The_host_decides_on_a_domain_that_no_policy_has(
        object onMissing, object code, string status)
    {
        await using RlsHost host = await RlsHost.StartAsync(
            new RlsHostSetup { Configure = options => options.RlsOnMissing = (RlsMissing)onMissing });
        RateLimitResponse response = await host.CallAsync(Rls.Request("none", "account=a", "account=b"));

        Assert.Equal(code, response.OverallCode);
        Assert.Equal([status, status], Rls.Statuses(response));
    }

    [Theory]
    [InlineData("allow", "Ok|OK")]
    [InlineData("deny", "OverLimit|OverLimit, 1 s")]
    public async Task The_policy_decides_on_a_descriptor_without_an_account(string onMissing, string expected)
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.ThingsWith($"rls: {{ on-missing: {onMissing} }}"));

        Assert.Equal(expected, string.Join('|', await host.AskAsync("path=/things")));
    }

    [Fact]
    public async Task By_default_such_a_descriptor_is_an_error()
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Things);
        (StatusCode code, string detail) = await host.FailAsync(Rls.Request("things", "path=/things"));

        Assert.Equal(StatusCode.InvalidArgument, code);
        Assert.StartsWith("descriptors[0]: the policy 'things' finds no account in the descriptor", detail, StringComparison.Ordinal);
        Assert.Equal("1", await host.MetricAsync("""orleans_limiter_bad_requests_total{reason="field"}"""));
    }
}
