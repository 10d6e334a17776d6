using System.Net;
using System.Text.Json.Nodes;

namespace OrleansLimiter.Http.Tests;

/// <summary>Refusals in <c>/v1/authorize</c> as problem types.</summary>
public class ProblemTypeTests
{
    private const string Policy = """
        policy: things
        generation: 1
        identity: { account: [header:X-Account, ip] }
        endpoints:
          thing: { routes: [ANY /things/{thing_id}], resource: thing_id }
        unlisted: shared
        limits:
          - { name: account, scope: account, algorithm: fixed-window, permits: 2, window: 60s }
          - { name: burst, scope: burst, when: { endpoint: thing }, algorithm: rolling-window, permits: 2, window: 1s }
        responses:
          denied:
            headers: { Retry-After: "{retry-after-s}" }
            problem-details: draft-10
          standard: draft-10
        account-groups: { max: 1 }
        """;

    [Fact]
    public async Task A_refusal_is_an_exceeded_quota_with_all_limits_that_refuse()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(Policy);
        await AskAsync(host, "/things/1");
        await AskAsync(host, "/things/1");

        using HttpResponseMessage both = await AskAsync(host, "/things/1");
        using HttpResponseMessage one = await AskAsync(host, "/x");

        Assert.Equal(HttpStatusCode.TooManyRequests, both.StatusCode);
        Assert.Equal("application/problem+json", both.Header("Content-Type"));
        Assert.Equal("60", both.Header("Retry-After"));
        Assert.Equal("\"account\";q=2;w=60, \"burst\";q=2;w=1", both.Header("RateLimit-Policy"));
        Assert.Equal("\"account\";r=0;t=60, \"burst\";r=0;t=1", both.Header("RateLimit"));
        Assert.Equal(
            """{"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Quota Exceeded","violated-policies":["account","burst"]}""",
            await both.Content.ReadAsStringAsync());
        Assert.Equal(("quota-exceeded", "account"), await ProblemAsync(one));
    }

    [Fact]
    public async Task A_refusal_by_on_failure_is_a_reduced_capacity()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [$"{Policy}\non-failure: deny\n"], Groups = new UnavailableBucketStore(),
        });

        using HttpResponseMessage refused = await AskAsync(host, "/things/1");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("unreachable", refused.Header("X-Limiter-Failure"));
        Assert.Equal("\"account\";q=2;w=60, \"burst\";q=2;w=1", refused.Header("RateLimit-Policy"));
        Assert.Null(refused.Header("RateLimit"));
        Assert.Equal(("temporary-reduced-capacity", ""), await ProblemAsync(refused));
    }

    [Fact]
    public async Task A_refusal_beyond_the_bound_of_groups_is_abnormal_usage()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(Policy);
        using HttpResponseMessage allowed = await AskAsync(host, "/things/1");

        using HttpResponseMessage refused = await AskAsync(host, "/things/2");

        Assert.Equal((HttpStatusCode.OK, ""), (allowed.StatusCode, await allowed.Content.ReadAsStringAsync()));
        Assert.Equal("too-many-groups-of-account", refused.Header("X-Limiter-Failure"));
        Assert.Equal(("abnormal-usage-detected", ""), await ProblemAsync(refused));
    }

    private static Task<HttpResponseMessage> AskAsync(LimiterHost host, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/authorize/things{path}");
        request.Headers.Add("X-Account", "a");
        return host.Decisions.SendAsync(request);
    }

    private static async Task<(string Type, string Violated)> ProblemAsync(HttpResponseMessage answer)
    {
        JsonNode problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return (
            problem["type"]!.GetValue<string>().Split('#')[1],
            string.Join(' ', problem["violated-policies"]!.AsArray().Select(name => name!.GetValue<string>())));
    }
}
