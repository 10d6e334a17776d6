using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Http.Tests;

public class OverrideTests(BadInputHost shared) : IClassFixture<BadInputHost>
{
    private const string Limit = "/v1/accounts/a/overrides/things/account";

    [Fact]
    public async Task An_override_is_in_force_when_the_response_arrives()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await host.Admin.PutAsync(
            Limit,
            Json.Content("""{"permits":5,"when":{"plan":"basic","mode":["live","sandbox"]},"window":"2m","until":"2026-01-02T01:00:00+01:00","note":"ticket 12","by":"ann"}"""));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            """{"account":"a","kind":"id","policy":"things","limit":"account","permits":5,"when":{"mode":["live","sandbox"],"plan":["basic"]},"window":"120s","until":"2026-01-02T00:00:00+00:00","note":"ticket 12","by":"ann","at":"2026-01-01T00:00:00+00:00"}""",
            await answer.Content.ReadAsStringAsync());
        using HttpResponseMessage basic = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        using HttpResponseMessage pro = await host.CheckAsync("""{"account":"a","path":"/x","mode":"sandbox","attributes":{"plan":"pro"}}""");
        using HttpResponseMessage other = await host.CheckAsync("""{"account":"b","path":"/x"}""");
        Assert.Equal("5", basic.Header("X-Limit"));
        Assert.Equal("10", pro.Header("X-Limit"));
        Assert.Equal("3", other.Header("X-Limit"));
    }

    [Theory]
    [InlineData("""{"multiply":2.5}""", "7")]
    [InlineData("""{"permits":0}""", "0")]
    public async Task Permits_may_be_multiplied_or_blocked(string body, string limit)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await host.Admin.PutAsync(Limit, Json.Content(body));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using HttpResponseMessage check = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        Assert.Equal(limit, check.Header("X-Limit"));
    }

    [Fact]
    public async Task Unlimited_means_that_the_limit_does_not_apply()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await host.Admin.PutAsync(Limit, Json.Content("""{"unlimited":true}"""));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using HttpResponseMessage check = await host.CheckAsync("""{"account":"a","path":"/x","cost":1000000}""");
        Assert.Equal(
            """{"allowed":true,"policy":"things","reported":null,"deniedBy":[],"limits":[]}""", await check.Content.ReadAsStringAsync());
        Assert.Null(check.Header("X-Limit"));
    }

    [Fact]
    public async Task Removed_overrides_are_not_in_force()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        using HttpResponseMessage put = await host.Admin.PutAsync(Limit, Json.Content("""{"permits":5}"""));

        using HttpResponseMessage answer = await host.Admin.DeleteAsync(Limit);
        using HttpResponseMessage again = await host.Admin.DeleteAsync(Limit);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"removed":1}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.Equal(
            """{"title":"Not Found","status":404,"detail":"the account has no override of things/account"}""",
            await again.Content.ReadAsStringAsync());
        using HttpResponseMessage check = await host.CheckAsync("""{"account":"a","path":"/x"}""");
        Assert.Equal("3", check.Header("X-Limit"));
    }

    [Fact]
    public async Task Overrides_of_addresses_and_of_ids_are_separate()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage put = await host.Admin.PutAsync(
            "/v1/accounts/203.0.113.7/overrides/things/account?kind=ip", Json.Content("""{"permits":5}"""));

        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        using HttpResponseMessage address = await host.CheckAsync("""{"ip":"203.0.113.7","path":"/x"}""");
        using HttpResponseMessage id = await host.CheckAsync("""{"account":"203.0.113.7","path":"/x"}""");
        Assert.Equal("5", address.Header("X-Limit"));
        Assert.Equal("3", id.Header("X-Limit"));
    }

    public static TheoryData<string, string, string> Bodies => new()
    {
        { "", "", "the body is empty; it must be JSON" },
        { "{", "", "the body is not JSON: line 1, byte 2" },
        { """{"permits":5,"permits":6}""", "permits", "'permits' is given twice" },
        { "[]", "", "an override is an object, not an array" },
        { "{}", "unlimited", "0 of permits, multiply and unlimited are given; it must be exactly one" },
        { """{"permits":5,"multiply":2}""", "permits", "2 of permits, multiply and unlimited are given; it must be exactly one" },
        { """{"permits":-1}""", "permits", "permits is -1; it must be from 0 to 1000000000" },
        { """{"permits":99999999999}""", "permits", "permits is 99999999999; it must be a whole number from 0 to 1000000000" },
        { """{"permits":1.5}""", "permits", "permits is 1.5; it must be a whole number from 0 to 1000000000" },
        { """{"permits":"5"}""", "permits", "permits is '5'; it must be a whole number from 0 to 1000000000" },
        { """{"multiply":0}""", "multiply", "multiply is 0; it must be above 0, at most 1000, with at most 6 decimals" },
        { """{"multiply":1e999}""", "multiply", "multiply is 1e999; it must be a number above 0, at most 1000" },
        { """{"unlimited":"yes"}""", "unlimited", "unlimited is 'yes'; it must be true or false" },
        { """{"permits":5,"window":60}""", "window", "window is 60; it must be a duration like 60s: a whole number and ms, s, m, h or d" },
        { """{"permits":5,"window":"-1s"}""", "window", "window is '-1s'; it must be a duration like 60s: a whole number and ms, s, m, h or d" },
        { """{"permits":5,"window":"367d"}""", "window", "window is 31708800000 ms; it must be from 1 ms to 366 days" },
        { """{"permits":5,"until":"tomorrow"}""", "until", "until is 'tomorrow'; it must be a date and time as in RFC 3339, like 2030-01-31T12:00:00Z" },
        { """{"permits":5,"until":"2030-01-31T12:00:00"}""", "until", "until is '2030-01-31T12:00:00'; it must be a date and time as in RFC 3339, like 2030-01-31T12:00:00Z" },
        { """{"permits":5,"until":"2020-01-31T12:00:00Z"}""", "until", "until is 2020-01-31T12:00:00Z, which has passed; it must be later than now" },
        { """{"permits":5,"when":"pro"}""", "when", "when is 'pro'; it must be an object of names and values" },
        { """{"permits":5,"when":{"plan":1}}""", "when.plan", "when.plan is 1; it must be a string" },
        { """{"permits":5,"when":{"plan":"gold"}}""", "when.plan", "'gold' is not a value of 'plan'; it must be one of basic, pro" },
        { """{"permits":5,"note":5}""", "note", "note is 5; it must be a string" },
        { """{"permits":5,"note":"\ud800"}""", "", "a text in the body is not valid Unicode" },
        { """{"permit":5}""", "permit", "'permit' is not a field of an override; known are permits, multiply, unlimited, when, window, until, note, by" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task An_invalid_override_is_a_problem_that_names_the_field(string body, string field, string detail)
    {
        using HttpResponseMessage answer = await shared.Host.Admin.PutAsync(Limit, Json.Content(body));

        string text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        BadInputHost.AssertNoInsides(text);
        JsonNode problem = JsonNode.Parse(text)!;
        Assert.Equal(detail, problem["detail"]!.GetValue<string>());
        Assert.Equal(field, problem["field"]?.GetValue<string>() ?? "");
        Assert.Equal("""{"overrides":[]}""", await shared.Host.Admin.GetStringAsync("/v1/overrides"));
    }

    [Fact]
    public async Task All_errors_are_reported_together()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await host.Admin.PutAsync(
            Limit, Json.Content("""{"permits":"many","window":"soon","when":{"plan":7},"why":"because"}"""));

        JsonNode problem = await Json.ReadAsync(answer);
        Assert.Equal("permits", problem["field"]!.GetValue<string>());
        Assert.Equal(
            ["permits", "window", "when.plan", "why"], problem["errors"]!.AsArray().Select(error => error!["field"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Of_many_errors_the_first_are_reported()
    {
        string fields = string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"f{i}\":1"));

        using HttpResponseMessage answer = await shared.Host.Admin.PutAsync(Limit, Json.Content("{" + fields + "}"));

        JsonNode problem = await Json.ReadAsync(answer);
        Assert.Equal("f0", problem["field"]!.GetValue<string>());
        Assert.Equal(
            Enumerable.Range(0, 32).Select(i => $"f{i}"), problem["errors"]!.AsArray().Select(error => error!["field"]!.GetValue<string>()));
    }

    [Fact]
    public async Task An_unknown_name_in_a_condition_is_quoted_truncated()
    {
        using HttpResponseMessage answer = await shared.Host.Admin.PutAsync(
            Limit, Json.Content($$$"""{"permits":5,"when":{"{{{new string('n', 500_000)}}}":"x"}}"""));

        JsonNode problem = await Json.ReadAsync(answer);
        Assert.Equal($"when.{new string('n', 64)}…", problem["field"]!.GetValue<string>());
        Assert.Equal($"'{new string('n', 64)}…' is not the name of an attribute", problem["detail"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_note_cannot_write_lines_into_the_log()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage put = await host.Admin.PutAsync(
            Limit, Json.Content("""{"permits":5,"note":"why\r\ninfo: all is well\u001b[2J","by":"ann\n"}"""));

        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        Assert.Contains(
            @"An override of things/account for account a (id) was set to permits 5 by 'ann\u000a': 'why\u000d\u000ainfo: all is well\u001b[2J'",
            host.Log.At(LogLevel.Information));
    }

    [Theory]
    [InlineData("""{"multiply":1.5,"window":"2m","until":"2100-01-01T00:00:00Z"}""", "multiply 1.5, window 120s, until 2100-01-01T00:00:00.0000000+00:00")]
    [InlineData("""{"unlimited":true,"when":{"plan":"basic"}}""", "unlimited, under a condition")]
    public async Task The_log_contains_the_new_limit(string change, string logged)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage put = await host.Admin.PutAsync(Limit, Json.Content(change));

        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        Assert.Contains(
            $"An override of things/account for account a (id) was set to {logged} by '': ''", host.Log.At(LogLevel.Information));
    }

    [Theory]
    [InlineData("/v1/accounts/a/overrides/nothing/account", "no policy 'nothing' is in force", "policy")]
    [InlineData("/v1/accounts/a/overrides/things/nothing", "policy 'things' has no limit 'nothing'; it has account, burst", "limit")]
    public async Task An_unknown_limit_is_404(string path, string detail, string field)
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);

        using HttpResponseMessage answer = await host.Admin.PutAsync(path, Json.Content("""{"permits":5}"""));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(
            $$"""{"title":"Not Found","status":404,"detail":"{{detail}}","field":"{{field}}"}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Two_conditions_that_one_request_could_match_are_a_conflict()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        using HttpResponseMessage one = await host.Admin.PutAsync(Limit, Json.Content("""{"permits":5,"when":{"plan":"pro"}}"""));

        using HttpResponseMessage answer = await host.Admin.PutAsync(Limit, Json.Content("""{"permits":6,"when":{"mode":"live"}}"""));

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("when", (await Json.ReadAsync(answer))["field"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_change_that_cannot_be_stored_is_503_and_decisions_continue()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(
            new LimiterHostSetup { Policies = [TestPolicies.Things], Overrides = new FullDisk() });

        using HttpResponseMessage put = await host.Admin.PutAsync(Limit, Json.Content("""{"permits":5}"""));
        using HttpResponseMessage delete = await host.Admin.DeleteAsync(Limit);
        using HttpResponseMessage check = await host.CheckAsync("""{"account":"a","path":"/x"}""");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, put.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, delete.StatusCode);
        Assert.Equal(
            """{"title":"Service Unavailable","status":503,"detail":"the change could not be stored; see the log for the reason; it is safe to try again"}""",
            await put.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, check.StatusCode);
    }

    private sealed class FullDisk : IOverrides
    {
        public OverrideTables Current => OverrideTables.Empty;

        public ValueTask<OverrideReply> SetAsync(Override change) => throw new OverridesUnavailableException("full", new IOException());

        public ValueTask<int> RemoveAsync(Account account, string policy, string limit) =>
            throw new OverridesUnavailableException("full", new IOException());
    }
}
