using System.Net;
using System.Text.Json.Nodes;
using OrleansLimiter.Testing;

namespace OrleansLimiter.Http.Tests;

/// <summary>Batches whose results have the response of the policy, or a problem of their own.</summary>
public class BatchOptionsTests
{
    [Fact]
    public async Task A_result_has_the_status_the_headers_and_the_body_that_its_policy_gives()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things, TestPolicies.Strict);

        JsonArray results = await DecideAsync(
            host,
            """
            {"responses":true,"checks":[
              {"policy":"things","account":"a","path":"/x","cost":2},
              {"policy":"things","account":"a","path":"/x","cost":2},
              {"policy":"strict","account":"é","path":"/x"},
              {"policy":"strict","account":"é","path":"/x"}]}
            """);

        Assert.Equal(
            [
                """{"status":200,"headers":{"X-Limit":"3","X-Remaining":"1","X-Who":"a"},"body":null}""",
                """{"status":429,"headers":{"X-Limit":"3","X-Remaining":"1","X-Who":"a","Retry-After":"60","Content-Type":"application/json"},"body":"{\u0022message\u0022:\u0022slow down\u0022}"}""",
                """{"status":200,"headers":{},"body":null}""",
                """{"status":503,"headers":{"Content-Type":"text/plain"},"body":"not now, \u00E9"}""",
            ],
            results.Select(result => result!["response"]!.ToJsonString()));
        Assert.Equal([true, false, true, false], results.Select(result => result!["allowed"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task A_response_is_the_one_of_authorize()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        JsonArray results = await DecideAsync(
            host, """{"responses":true,"checks":[{"account":"a","path":"/x","cost":9},{"account":"a","path":"/x","peek":true}]}""");
        using HttpResponseMessage denied = await AuthorizeAsync(host, times: 4);

        JsonNode response = results[0]!["response"]!;
        Assert.Equal((int)denied.StatusCode, response["status"]!.GetValue<int>());
        Assert.Equal(await denied.Content.ReadAsStringAsync(), response["body"]!.GetValue<string>());
        Assert.Equal(denied.Header("Content-Type"), response["headers"]!["Content-Type"]!.GetValue<string>());
        Assert.Null(response["headers"]!["Retry-After"]); // the cost is above the capacity: waiting does not help
        Assert.Equal("3", results[1]!["response"]!["headers"]!["X-Remaining"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_header_that_replaces_another_one_is_in_the_response_once()
    {
        const string Twice = """
            policy: twice
            generation: 1
            identity:
              account: [header:X-Account]
            unlisted: shared
            limits:
              - { name: wide, scope: account, algorithm: fixed-window, permits: 9, window: 60s, headers: { x-left: "{remaining}" } }
            responses:
              always: { X-Left: none, X-Other: "1" }
            """;
        await using LimiterHost host = await LimiterHost.StartAsync(Twice);

        JsonArray results = await DecideAsync(host, """{"responses":true,"checks":[{"account":"a","path":"/x"}]}""");

        Assert.Equal("""{"x-left":"8","X-Other":"1"}""", results[0]!["response"]!["headers"]!.ToJsonString());
    }

    [Fact]
    public async Task The_status_is_that_of_the_policy_and_not_that_for_proxies()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Things],
            Configure = options => options.AuthorizeStatus = 403,
        });

        JsonArray results = await DecideAsync(host, """{"responses":true,"checks":[{"account":"a","path":"/x","cost":9}]}""");

        Assert.Equal(429, results[0]!["response"]!["status"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_response_of_an_outage_has_the_header_of_the_failure()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Things, TestPolicies.Strict],
            Groups = new UnavailableBucketStore(),
        });

        JsonArray results = await DecideAsync(
            host,
            """{"responses":true,"checks":[{"policy":"things","account":"a","path":"/x"},{"policy":"strict","account":"a","path":"/x"}]}""");

        Assert.Equal(
            ["""200 {"X-Who":"a","X-Limiter-Failure":"unreachable"}""",
             """503 {"X-Limiter-Failure":"unreachable","Content-Type":"text/plain"}"""],
            results.Select(result =>
                $"{result!["response"]!["status"]} {result["response"]!["headers"]!.ToJsonString()}"));
    }

    [Fact]
    public async Task An_invalid_check_has_a_problem_of_its_own_and_the_others_are_decided()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        JsonArray results = await DecideAsync(
            host,
            """
            {"checks":[
              {"account":"a","path":"/x"},
              {"account":"a","path":"/x","cost":0,"attributes":{"plan":"pro"}},
              null,
              [[{"a":[1]}]],
              {"account":"a","path":"/x"},
              {"policy":"nothing","account":"a","path":"/x"},
              {"account":"a","attributes":{"plan":{"a":{"b":[]}},"note":"n"},"path":"/x"},
              {"account":"a","colour":[{"a":1}],"path":"/x"},
              {"account":"\ud800","path":"/x"},
              {},
              {"account":"a","path":"/x"}],
             "problems":true}
            """);

        Assert.Equal(
            [
                "remaining 2",
                "400 cost: cost is 0; it must be a whole number from 1 to 2147483647",
                "400 : a check is an object, not null",
                "400 : a check is an object, not an array",
                "remaining 1",
                "404 policy: there is no policy 'nothing'; known are things",
                "400 attributes.plan: attributes.plan is an object; it must be a string",
                "400 colour: 'colour' is not a field of a check; known are policy, account, method, path, endpoint, resource, mode, ip, attributes, cost, peek",
                "400 account: account is not valid Unicode text",
                "400 path: neither path nor endpoint is given; give one of them",
                "remaining 0",
            ],
            results.Select(result => result!["problem"] is { } problem
                ? $"{problem["status"]} {problem["field"]}: {problem["detail"]}"
                : $"remaining {result["limits"]![0]!["remaining"]}"));
        Assert.Null(results[0]!["response"]);
        string metrics = await host.Admin.GetStringAsync("/metrics");
        Assert.Contains("\norleans_limiter_bad_requests_total{reason=\"field\"} 5\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\norleans_limiter_bad_requests_total{reason=\"policy\"} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_problem_of_an_item_is_the_problem_of_a_check()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        const string Check = """{"account":"a","path":"/x","attributes":{"colour":"red"}}""";

        JsonArray results = await DecideAsync(host, $$"""{"problems":true,"responses":true,"checks":[{{Check}}]}""");

        using HttpResponseMessage single = await host.CheckAsync(Check);
        Assert.Equal($$"""[{"problem":{{(await Json.ReadAsync(single)).ToJsonString()}}}]""", results.ToJsonString());
    }

    [Fact]
    public async Task A_batch_of_invalid_checks_alone_is_answered()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        JsonArray results = await DecideAsync(
            host, $$"""{"problems":true,"checks":[{{string.Join(',', Enumerable.Repeat("{}", 1_000))}}]}""");

        Assert.Equal(1_000, results.Count(result => result!["problem"]!["field"]!.GetValue<string>() == "path"));
    }

    [Theory]
    [InlineData("""{"checks":[{"account":"a","path":"/x"}]}""")]
    [InlineData("""{"checks":[{"account":"a","path":"/x"}],"responses":false,"problems":null}""")]
    public async Task A_batch_without_options_has_the_results_of_an_array(string body)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        using HttpResponseMessage array = await PostAsync(host, """[{"account":"b","path":"/x"}]""");

        using HttpResponseMessage answer = await PostAsync(host, body);

        Assert.Equal(await array.Content.ReadAsStringAsync(), await answer.Content.ReadAsStringAsync());
        Assert.Equal(array.Headers.ToString(), answer.Headers.ToString());
    }

    [Fact]
    public async Task A_response_that_does_not_fit_into_the_memory_is_503_and_consumes_nothing()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [TestPolicies.Strict.Replace("not now", new string('n', 10_000), StringComparison.Ordinal)],
            Configure = options => options.MaxBufferedBytes = 100_000,
        });
        string checks = string.Join(',', Enumerable.Repeat("""{"account":"a","path":"/x"}""", 20));

        using HttpResponseMessage refused = await PostAsync(host, $$"""{"responses":true,"checks":[{{checks}}]}""");
        using HttpResponseMessage array = await PostAsync(host, $"[{checks}]");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "1"), (refused.StatusCode, refused.Header("Retry-After")));
        Assert.True((await Json.ReadAsync(array))[0]!["allowed"]!.GetValue<bool>());
    }

    private static async Task<JsonArray> DecideAsync(LimiterHost host, string body)
    {
        using HttpResponseMessage answer = await PostAsync(host, body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await Json.ReadAsync(answer)).AsArray();
    }

    private static async Task<HttpResponseMessage> AuthorizeAsync(LimiterHost host, int times)
    {
        HttpResponseMessage? answer = null;
        for (int i = 0; i < times; i++)
        {
            answer?.Dispose();
            var request = new HttpRequestMessage(HttpMethod.Get, "/v1/authorize/things/x");
            request.Headers.Add("X-Account", "a");
            answer = await host.Decisions.SendAsync(request);
        }

        return answer!;
    }

    private static Task<HttpResponseMessage> PostAsync(LimiterHost host, string json) =>
        host.Decisions.PostAsync("/v1/check/batch", Json.Content(json));
}
