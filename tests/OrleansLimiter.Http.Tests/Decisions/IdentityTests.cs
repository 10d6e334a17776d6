using System.Net;
using System.Text.Json.Nodes;

namespace OrleansLimiter.Http.Tests;

/// <summary>Empty or ambiguous identities in every call for decisions, with both kinds of policy.</summary>
public class IdentityTests
{
    private const string Asked = "X-Forwarded-Method: GET\r\nX-Forwarded-Uri: /x\r\n";

    private static readonly string Refusing = TestPolicies.Things.Replace("account: [header:X-Account, ip]", "account: [header:X-Account, ip]\n  empty: refuse");

    [Theory]
    [InlineData("X-Account:", "127.0.0.1", "3")]
    [InlineData("X-Account: \t ", "127.0.0.1", "3")]
    [InlineData("X-Account: a\r\nX-Plan:\r\nX-Note:\r\nX-Mode: ", "a", "3")]
    [InlineData("X-Account: a\r\nX-Plan: pro\r\nX-Note:", "a", "10")]
    public async Task An_empty_header_is_treated_as_absent_or_refused(string headers, string account, string limit)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        await using LimiterHost refusing = await LimiterHost.StartAsync(Refusing);

        string answer = await RawHttp.GetAsync(host.Decisions, "/v1/authorize/things", $"{Asked}{headers}\r\n");
        string refused = await RawHttp.GetAsync(refusing.Decisions, "/v1/authorize/things", $"{Asked}{headers}\r\n");

        Assert.Contains($"\r\nX-Limit: {limit}\r\n", answer, StringComparison.Ordinal);
        Assert.Contains($"\r\nX-Who: {account}\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\norleans_limiter_unknown_attribute_values_total{policy=\"things\"} 0\n", await host.Admin.GetStringAsync("/metrics"), StringComparison.Ordinal);
        Assert.Equal(400, RawHttp.Status(refused));
        Assert.Contains(": it is empty; give 1 to ", RawHttp.Body(refused), StringComparison.Ordinal);
        Assert.Contains("\norleans_limiter_living_groups 0\n", await refusing.Admin.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"account":"","ip":"203.0.113.7","path":"/x"}""", "203.0.113.7", "account", "account: it is empty; give 1 to 256 characters")]
    [InlineData("""{"account":"a","mode":"","path":"/x"}""", "a", "mode", "mode: it is empty; give 1 to 128 characters")]
    [InlineData("""{"account":"a","attributes":{"note":""},"path":"/x"}""", "a", "attributes.note", "attributes.note: it is empty; give 1 to 128 characters")]
    public async Task An_empty_field_is_treated_as_absent_or_refused(string check, string account, string field, string detail)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        await using LimiterHost refusing = await LimiterHost.StartAsync(Refusing);

        using HttpResponseMessage one = await host.CheckAsync(check);
        using HttpResponseMessage batch = await host.Decisions.PostAsync("/v1/check/batch", Json.Content($"[{check}]"));
        using HttpResponseMessage refused = await refusing.CheckAsync(check);
        using HttpResponseMessage refusedBatch = await refusing.Decisions.PostAsync("/v1/check/batch", Json.Content($"[{check}]"));

        Assert.Equal((account, "2"), (one.Header("X-Who"), one.Header("X-Remaining")));
        Assert.Equal(1, (await Json.ReadAsync(batch))[0]!["limits"]![0]!["remaining"]!.GetValue<int>());
        await AssertProblemAsync(refused, field, detail);
        await AssertProblemAsync(refusedBatch, $"[0].{field}", $"item 0: {detail}");
    }

    [Theory]
    [InlineData("X-Account:", "the policy 'strict' finds no account: the header X-Account is empty")]
    [InlineData("X-Other: a", "the policy 'strict' finds no account: the header X-Account is missing")]
    public async Task A_request_without_any_source_of_the_account_is_an_error(string header, string detail)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Strict);

        string answer = await RawHttp.GetAsync(host.Decisions, "/v1/authorize/strict", $"{Asked}{header}\r\n");

        RawHttp.AssertBadRequest(answer, "X-Account", detail);
    }

    [Theory]
    [InlineData("X-Account: a\r\nX-Account: b")]
    [InlineData("X-Account: a\r\nX-Account: a")]
    [InlineData("X-Account: a\r\nX-Account:")]
    [InlineData("X-Account: a, b")]
    [InlineData("X-Account: a,b")]
    [InlineData("X-Account: a,")]
    [InlineData("X-Account: ,")]
    [InlineData("X-Account: a\r\nX-Mode: sandbox\r\nX-Mode: live")]
    [InlineData("X-Account: a\r\nX-Mode: sandbox, live")]
    [InlineData("X-Account: a\r\nX-Mode: ,sandbox")]
    [InlineData("X-Account: a\r\nX-Note: x, y")]
    [InlineData("X-Account: a\r\nX-Note: x\r\nX-Note: y")]
    public async Task A_value_of_two_headers_is_refused_repeated_or_joined(string headers)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        string answer = await RawHttp.GetAsync(host.Decisions, "/v1/authorize/things", $"{Asked}{headers}\r\n");

        Assert.Equal(400, RawHttp.Status(answer));
        Assert.Contains("\norleans_limiter_living_groups 0\n", await host.Admin.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-Method: GET\r\nX-Original-Method:\r\nX-Forwarded-Uri: /x\r\nX-Original-URI:")]
    [InlineData("X-Forwarded-Method:\r\nX-Original-Method: GET\r\nX-Forwarded-Uri:\r\nX-Original-URI: /x")]
    public async Task An_empty_pair_of_headers_is_treated_as_absent(string headers)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        Assert.Equal(200, RawHttp.Status(await RawHttp.GetAsync(host.Decisions, "/v1/authorize/things", $"{headers}\r\nX-Account: a\r\n")));
        Assert.Equal(400, RawHttp.Status(await RawHttp.GetAsync(host.Decisions, "/v1/authorize/things", $"{headers}, \r\nX-Forwarded-Uri: /y\r\nX-Account: a\r\n")));
    }

    [Fact]
    public async Task A_policy_shows_how_it_treats_empty_values()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(Refusing);

        JsonNode policy = JsonNode.Parse(await host.Admin.GetStringAsync("/v1/policies/things"))!;

        Assert.Equal("""{"account":["header:X-Account","ip"],"empty":"refuse"}""", policy["identity"]!.ToJsonString());
    }

    private static async Task AssertProblemAsync(HttpResponseMessage answer, string field, string detail)
    {
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        JsonNode problem = await Json.ReadAsync(answer);
        Assert.Equal((field, detail), (problem["field"]!.GetValue<string>(), problem["detail"]!.GetValue<string>()));
    }
}
