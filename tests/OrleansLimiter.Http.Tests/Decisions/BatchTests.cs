using System.Net;
using System.Text.Json.Nodes;

namespace OrleansLimiter.Http.Tests;

public class BatchTests
{
    [Fact]
    public async Task Checks_of_a_batch_are_decided_in_order()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things, TestPolicies.Strict);

        using HttpResponseMessage answer = await PostAsync(host,
            """
            [{"policy":"things","account":"a","path":"/x","cost":2},
             {"policy":"strict","account":"a","path":"/x"},
             {"policy":"things","account":"a","path":"/x","cost":2},
             {"policy":"things","account":"a","path":"/x","cost":1},
             {"policy":"strict","account":"a","path":"/x"}]
            """);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        JsonArray decisions = (await Json.ReadAsync(answer)).AsArray();
        Assert.Equal([true, true, false, true, false], decisions.Select(each => each!["allowed"]!.GetValue<bool>()));
        Assert.Equal(
            ["things", "strict", "things", "things", "strict"], decisions.Select(each => each!["policy"]!.GetValue<string>()));
        Assert.Null(answer.Header("X-Limit"));
    }

    [Fact]
    public async Task A_batch_with_one_invalid_check_consumes_nothing()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await PostAsync(
            host, """[{"account":"a","path":"/x"},{"account":"a","path":"/x","cost":0}]""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(
            """{"title":"Bad Request","status":400,"detail":"item 1: cost is 0; it must be a whole number from 1 to 2147483647","field":"[1].cost"}""",
            await answer.Content.ReadAsStringAsync());
        using HttpResponseMessage check = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        Assert.Equal("2", check.Header("X-Remaining"));
    }

    [Fact]
    public async Task An_unknown_policy_in_a_batch_is_404_and_consumes_nothing()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await PostAsync(
            host, """[{"account":"a","path":"/x"},{"policy":"nothing","account":"a","path":"/x"}]""");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(
            """{"title":"Not Found","status":404,"detail":"item 1: there is no policy 'nothing'; known are things","field":"[1].policy"}""",
            await answer.Content.ReadAsStringAsync());
        using HttpResponseMessage check = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        Assert.Equal("2", check.Header("X-Remaining"));
    }

    [Fact]
    public async Task An_empty_batch_has_an_empty_response()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await PostAsync(host, "[]");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("[]", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_batch_of_1000_checks_is_accepted()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await PostAsync(host, Checks(1_000));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        JsonArray decisions = (await Json.ReadAsync(answer)).AsArray();
        Assert.Equal(1_000, decisions.Count);
        Assert.Equal(3, decisions.Count(each => each!["allowed"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task A_batch_of_1001_checks_is_refused()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await PostAsync(host, Checks(1_001));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(
            """{"title":"Bad Request","status":400,"detail":"the batch has more than 1000 checks"}""",
            await answer.Content.ReadAsStringAsync());
        using HttpResponseMessage check = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        Assert.Equal("2", check.Header("X-Remaining"));
    }

    private static Task<HttpResponseMessage> PostAsync(LimiterHost host, string json) =>
        host.Decisions.PostAsync("/v1/check/batch", Json.Content(json));

    private static string Checks(int count) =>
        $"[{string.Join(",", Enumerable.Repeat("""{"account":"a","path":"/x"}""", count))}]";
}
