using System.Net;

namespace OrleansLimiter.Http.Tests;

/// <summary>What a caller and an operator see of the bound on the groups of an account.</summary>
public class AccountBoundTests
{
    private const string Policy = """
        policy: paths
        generation: 1
        identity: { account: [header:X-Account, ip] }
        endpoints:
          thing: { routes: [GET /things/{thing_id}], resource: thing_id }
        limits:
          - { name: paths, scope: endpoint, when: { endpoint: other }, algorithm: fixed-window, permits: 2, window: 60s }
          - { name: things, scope: burst, when: { endpoint: thing }, algorithm: fixed-window, permits: 2, window: 60s }
        account-groups: { max: 3 }
        """;

    [Fact]
    public async Task Paths_beyond_the_bound_share_a_limit_and_things_beyond_it_are_refused()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(Policy);
        var statuses = new List<HttpStatusCode>();
        for (int i = 0; i < 10; i++)
        {
            using HttpResponseMessage answer = await host.CheckAsync($$"""{"account":"a","path":"/{{(char)('a' + i)}}"}""");
            statuses.Add(answer.StatusCode);
            Assert.Null(answer.Header("X-Limiter-Failure"));
        }

        using HttpResponseMessage thing = await host.CheckAsync("""{"account":"a","path":"/things/1"}""");
        using HttpResponseMessage other = await host.CheckAsync("""{"account":"b","path":"/things/1"}""");

        Assert.Equal(5, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(HttpStatusCode.TooManyRequests, thing.StatusCode);
        Assert.Equal("too-many-groups-of-account", thing.Header("X-Limiter-Failure"));
        Assert.Equal(
            """{"allowed":false,"policy":"paths","reported":null,"deniedBy":[],"limits":["""
            + """{"name":"things","scope":"burst","allowed":null,"limit":null,"remaining":null,"windowMs":null,"nextAfterMs":null,"resetAfterMs":null,"retryAfterMs":null}]}""",
            await thing.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.OK, null), (other.StatusCode, other.Header("X-Limiter-Failure")));
        string metrics = await host.Admin.GetStringAsync("/metrics");
        Assert.Contains("\norleans_limiter_shared_endpoint_decisions_total{policy=\"paths\"} 7\n", metrics, StringComparison.Ordinal);
        Assert.Contains(
            "\norleans_limiter_failure_decisions_total{policy=\"paths\",reason=\"too-many-groups-of-account\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains(
            "\norleans_limiter_decisions_total{policy=\"paths\",limit=\"things\",outcome=\"too-many-groups-of-account\"} 1\n",
            metrics,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_bound_is_shown_with_the_policy()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(Policy);

        string policy = await host.Admin.GetStringAsync("/v1/policies/paths");

        Assert.Contains("\"accountGroups\":{\"max\":3,\"beyond\":\"refuse\"}", policy, StringComparison.Ordinal);
    }
}
