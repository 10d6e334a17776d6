using System.Net;
using System.Text.Json.Nodes;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http.Tests;

public class OverrideListTests(BadInputHost shared) : IClassFixture<BadInputHost>
{
    [Fact]
    public async Task Overrides_are_listed_in_pages_from_the_oldest_change()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        foreach (string account in (string[])["c", "a", "b"])
        {
            await PutAsync(host, $"{account}/overrides/things/account");
        }

        JsonNode first = await ListAsync(host, "?size=2");
        JsonNode last = await ListAsync(host, $"?size=2&after={first["next"]}");

        Assert.Equal(["c", "a"], Accounts(first));
        Assert.Equal(["b"], Accounts(last));
        Assert.Null(last["next"]);
    }

    [Fact]
    public async Task An_expired_override_is_neither_listed_nor_shown_nor_counted()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        await PutAsync(host, "a/overrides/things/account", "2026-01-01T01:00:00Z");
        await PutAsync(host, "a/overrides/things/burst");

        host.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        string[] before = await ShownAsync(host);
        host.Time.Advance(TimeSpan.FromTicks(1));
        string[] after = await ShownAsync(host);

        Assert.Equal(["account", "burst", "account", "burst", "orleans_limiter_overrides 2"], before);
        Assert.Equal(["burst", "burst", "orleans_limiter_overrides 1"], after);
    }

    [Theory]
    [InlineData("", "cmp_1 cmp_1 cmp_2 other Cmp_3")]
    [InlineData("?policy=things", "cmp_1 cmp_1 cmp_2 other Cmp_3")]
    [InlineData("?policy=gone", "")]
    [InlineData("?limit=burst", "cmp_1")]
    [InlineData("?account-prefix=cmp_", "cmp_1 cmp_1 cmp_2")]
    [InlineData("?account-prefix=cmp_2", "cmp_2")]
    [InlineData("?account-prefix=cmp%20", "")]
    [InlineData("?lapsing-before=2026-01-01T02:00:00Z", "cmp_1")]
    [InlineData("?lapsing-before=2026-01-01T02:00:00.0000001Z", "cmp_1 other")]
    [InlineData("?lapsing-before=2026-01-01T03:00:00.0000001%2B01:00", "cmp_1 other")]
    [InlineData("?policy=things&limit=account&account-prefix=cmp_&lapsing-before=2030-01-01T00:00:00Z", "cmp_1 cmp_2")]
    public async Task A_list_contains_the_overrides_that_match_every_condition(string query, string accounts)
    {
        await using LimiterHost host = await FiveAsync();

        Assert.Equal(accounts.Split(' ', StringSplitOptions.RemoveEmptyEntries), Accounts(await ListAsync(host, query)));
    }

    [Fact]
    public async Task Pages_contain_only_matching_overrides_and_the_last_page_is_marked()
    {
        await using LimiterHost host = await FiveAsync();

        JsonNode first = await ListAsync(host, "?account-prefix=cmp_&limit=account&size=1");
        JsonNode last = await ListAsync(host, $"?account-prefix=cmp_&limit=account&size=1&after={first["next"]}");

        Assert.Equal(["cmp_1"], Accounts(first));
        Assert.Equal(["cmp_2"], Accounts(last));
        Assert.Null(last["next"]);
    }

    public static TheoryData<string, string, string> Queries => new()
    {
        { "?plan=x", "plan", "'plan' is not a parameter of this call; known are after, size, policy, limit, account-prefix, lapsing-before" },
        { "?policy=a&policy=b", "policy", "policy is given 2 times; give it once" },
        { "?policy=", "policy", "policy is ''; 1 to 64 of lower-case letters, digits and '-' are expected" },
        { "?policy=Front", "policy", "policy is 'Front'; 1 to 64 of lower-case letters, digits and '-' are expected" },
        { "?limit=a/b", "limit", "limit is 'a/b'; 1 to 64 of letters, digits, '-' and '_' are expected" },
        { "?limit=%0a", "limit", "limit is '\\u000a'; 1 to 64 of letters, digits, '-' and '_' are expected" },
        { "?account-prefix=", "account-prefix", "account-prefix is ''; it is empty; give 1 to 256 characters" },
        { "?account-prefix=%20a", "account-prefix", "account-prefix is ' a'; it begins or ends with white space; leave that out" },
        { "?lapsing-before=tomorrow", "lapsing-before", "lapsing-before is 'tomorrow'; it must be a date and time as in RFC 3339, like 2030-01-31T12:00:00Z; in a query a + is written %2B" },
        { "?lapsing-before=2030-01-31T12:00:00+01:00", "lapsing-before", "lapsing-before is '2030-01-31T12:00:00 01:00'; it must be a date and time as in RFC 3339, like 2030-01-31T12:00:00Z; in a query a + is written %2B" },
        { "?lapsing-before=2030-01-31", "lapsing-before", "lapsing-before is '2030-01-31'; it must be a date and time as in RFC 3339, like 2030-01-31T12:00:00Z; in a query a + is written %2B" },
        { "?size=0", "size", "size is '0'; it must be a whole number from 1 to 1000" },
    };

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task An_invalid_condition_is_a_problem_that_names_the_parameter(string query, string field, string detail)
    {
        using HttpResponseMessage answer = await shared.Host.Admin.GetAsync("/v1/overrides" + query);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        JsonNode problem = await Json.ReadAsync(answer);
        Assert.Equal((field, detail), (problem["field"]!.GetValue<string>(), problem["detail"]!.GetValue<string>()));
    }

    private static async Task<LimiterHost> FiveAsync()
    {
        LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        await PutAsync(host, "cmp_1/overrides/things/account", "2026-01-01T01:00:00Z");
        await PutAsync(host, "cmp_1/overrides/things/burst");
        await PutAsync(host, "cmp_2/overrides/things/account", "2026-02-01T00:00:00Z");
        await PutAsync(host, "other/overrides/things/account", "2026-01-01T02:00:00Z");
        await PutAsync(host, "Cmp_3/overrides/things/account");
        return host;
    }

    private static async Task PutAsync(LimiterHost host, string target, string? until = null)
    {
        string lapses = until is null ? "" : $",\"until\":\"{until}\"";
        using HttpResponseMessage put = await host.Admin.PutAsync("/v1/accounts/" + target, Json.Content($"{{\"permits\":5{lapses}}}"));
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
    }

    private static async Task<JsonNode> ListAsync(LimiterHost host, string query) =>
        JsonNode.Parse(await host.Admin.GetStringAsync("/v1/overrides" + query))!;

    private static IEnumerable<string> Accounts(JsonNode page) => Fields(page, "account");

    private static IEnumerable<string> Fields(JsonNode answer, string field) =>
        answer["overrides"]!.AsArray().Select(entry => entry![field]!.GetValue<string>());

    private static async Task<string[]> ShownAsync(LimiterHost host)
    {
        JsonNode account = JsonNode.Parse(await host.Admin.GetStringAsync("/v1/accounts/a"))!;
        string metrics = await host.Admin.GetStringAsync("/metrics");
        return
        [
            .. Fields(await ListAsync(host, ""), "limit"),
            .. Fields(account, "limit"),
            .. metrics.Split('\n').Where(line => line.StartsWith("orleans_limiter_overrides", StringComparison.Ordinal)),
        ];
    }
}
