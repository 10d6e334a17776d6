namespace OrleansLimiter.Http.Tests;

/// <summary>The standard headers, as a parser of structured fields reads them.</summary>
public class StructuredHeaderTests
{
    private const string Policy = """
        policy: things
        generation: 1
        identity: { account: [header:X-Account, ip] }
        unlisted: shared
        limits:
          - { name: Account_1, scope: account, algorithm: fixed-window, permits: 1000000000, window: 366d }
          - { name: half, scope: account, algorithm: rolling-window, permits: 3, window: 500ms }
          - { name: leaky, scope: account, algorithm: leaky-bucket, permits: 4, window: 10s }
          - { name: tokens, scope: account, algorithm: token-bucket, permits: 1, window: 1s, burst: 2 }
          - { name: many, scope: account, algorithm: rolling-window, permits: 5000, window: 63s }
        responses:
          standard: draft-10
        """;

    private const string Quotas =
        """[["Account_1",{"q":1000000000,"w":31622400}],["half",{"q":3,"w":1}],["leaky",{"q":4,"w":10}],["tokens",{"q":2,"w":2}],["many",{"q":5000,"w":63}]]""";

    [Fact]
    public async Task Each_limit_is_an_item_with_numbers_of_structured_fields()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(Policy);
        (string quotas, string? remaining)[] answers = [await AskAsync(host, "a"), await AskAsync(host, "a"), await AskAsync(host, "a")];

        string[] parsed = await StructuredFields.ParseAsync([answers[2].quotas, .. answers.Select(answer => answer.remaining!)]);

        Assert.All(answers, answer => Assert.Equal(answers[0].quotas, answer.quotas));
        Assert.Equal(
            [
                Quotas,
                """[["Account_1",{"r":999999999,"t":31622400}],["half",{"r":2,"t":1}],["leaky",{"r":3,"t":3}],["tokens",{"r":1,"t":1}],["many",{"r":4999,"t":63}]]""",
                """[["Account_1",{"r":999999998,"t":31622400}],["half",{"r":1,"t":1}],["leaky",{"r":2,"t":3}],["tokens",{"r":0,"t":1}],["many",{"r":4998,"t":63}]]""",
                """[["Account_1",{"r":999999998}],["half",{"r":1}],["leaky",{"r":2}],["tokens",{"r":0,"t":1}],["many",{"r":4998}]]""",
            ],
            parsed);
    }

    [Fact]
    public async Task A_blocked_limit_and_one_of_other_permits_are_items_as_well()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(Policy);
        using HttpResponseMessage blocked = await host.Admin.PutAsync(
            "/v1/accounts/a/overrides/things/leaky", Json.Content("""{"permits":0}"""));
        using HttpResponseMessage raised = await host.Admin.PutAsync(
            "/v1/accounts/a/overrides/things/tokens", Json.Content("""{"permits":3}"""));
        Assert.Equal((200, 200), ((int)blocked.StatusCode, (int)raised.StatusCode));
        (string quotas, string? remaining) = await AskAsync(host, "a");

        string[] parsed = await StructuredFields.ParseAsync(quotas, remaining!, (await AskAsync(host, "b")).Quotas);

        Assert.Equal(
            [
                Quotas.Replace("\"q\":4,", "\"q\":0,", StringComparison.Ordinal).Replace("\"q\":2,\"w\":2", "\"q\":6,\"w\":2", StringComparison.Ordinal),
                """[["Account_1",{"r":1000000000}],["half",{"r":3}],["leaky",{"r":0}],["tokens",{"r":6}],["many",{"r":5000}]]""",
                Quotas,
            ],
            parsed);
    }

    [Fact]
    public async Task Limits_whose_counts_are_unavailable_have_quotas_only()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup
        {
            Policies = [Policy], Groups = new UnavailableBucketStore(),
        });
        (string quotas, string? remaining) = await AskAsync(host, "a");

        Assert.Equal([Quotas], await StructuredFields.ParseAsync(quotas));
        Assert.Null(remaining);
    }

    private static async Task<(string Quotas, string? Remaining)> AskAsync(LimiterHost host, string account)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/authorize/things/x");
        request.Headers.Add("X-Account", account);
        using HttpResponseMessage answer = await host.Decisions.SendAsync(request);
        return (answer.Header("RateLimit-Policy")!, answer.Header("RateLimit"));
    }
}
