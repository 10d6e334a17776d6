namespace OrleansLimiter.Cli.Tests;

/// <summary>What callers send to choose their identity, or to be counted elsewhere.</summary>
public abstract partial class ProxyTests<TKind>
{
    public static TheoryData<string, string> ForgedHeaders => new()
    {
        { "X-Company-Id", "globex" },
        { "x-company-id", "globex" },
        { "X-Company-Id", "" },
        { "X-Plan", "enterprise" },
        { "X-Client", "partner" },
        { "X-Forwarded-For", "203.0.113.7" },
        { "X-Forwarded-Method", "GET" },
        { "X-Forwarded-Uri", "/contacts" },
        { "X-Original-Method", "GET" },
        { "X-Original-URI", "/contacts" },
        { "Connection", "X-Company-Id" },
        { "Connection", "X-Plan, X-Forwarded-For" },
        { "Connection", "keep-alive, X-Forwarded-Uri, X-Forwarded-Method" },
        { "TE", "trailers" },
    };

    [Theory]
    [MemberData(nameof(ForgedHeaders))]
    public async Task Callers_cannot_choose_their_company_plan_method_or_path(string name, string value)
    {
        ProxyResponse first = await scene.Caller.SendAsync("POST", "/exports", headers: (name, value));
        ProxyResponse second = await scene.Caller.SendAsync("POST", "/exports", headers: (name, value));
        ProxyResponse honest = await scene.Caller.SendAsync("GET", "/contacts");

        Assert.Equal((200, "50", "49", "1"), (first.Status, first.Limit, first.Remaining, first.Tier));
        Assert.Equal(429, second.Status);
        Assert.Equal((200, "48"), (honest.Status, honest.Remaining));
        SeenRequest seen = scene.Api.Take()[0];
        Assert.Equal(("acme", "starter", ""), (seen.Header("X-Company-Id"), seen.Header("X-Plan"), seen.Header("X-Client")));
        Assert.Equal("127.0.0.1", seen.Header("X-Forwarded-For"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("key-nobody")]
    [InlineData("KEY-ACME")]
    [InlineData("key-acme2")]
    [InlineData(" key-acme")]
    public async Task A_caller_without_a_valid_key_counts_by_its_address_on_the_lowest_plan(string? key)
    {
        ProxyResponse first = await scene.Caller.SendAsync("GET", "/contacts", key: key);
        ProxyResponse forged = await scene.Caller.SendAsync(
            "GET", "/contacts", null, key, ("X-Company-Id", "globex"), ("X-Plan", "enterprise"), ("X-Forwarded-For", "203.0.113.7"));
        ProxyResponse acme = await scene.Caller.SendAsync("GET", "/contacts");

        Assert.Equal(("50", "49"), (first.Limit, first.Remaining));
        Assert.Equal(("50", "48"), (forged.Limit, forged.Remaining));
        Assert.Equal("49", acme.Remaining);
        Assert.Equal(["", "", "acme"], scene.Api.Take().Select(seen => seen.Header("X-Company-Id")));
    }

    [Theory]
    [InlineData("/exports?a=1")]
    [InlineData("/exports;a=1")]
    [InlineData("/exports/")]
    [InlineData("//exports")]
    [InlineData("/./exports")]
    [InlineData("/x/../exports")]
    [InlineData("/x/%2e%2e/exports")]
    [InlineData("/x/..;/exports")]
    [InlineData("/%65xports")]
    [InlineData("/%2565xports")]
    [InlineData("/exports.")]
    [InlineData("/EXPORTS")]
    public async Task Every_spelling_of_a_path_counts_in_one_bucket(string target)
    {
        await scene.Caller.SendAsync("POST", "/exports");

        ProxyResponse refused = await scene.Caller.SendAsync("POST", target);

        Assert.Equal((429, "1"), (refused.Status, refused.Tier));
        Assert.Single(scene.Api.Take());
    }

    [Theory]
    [InlineData("/exports%2F")]
    [InlineData("/x%2F..%2Fexports")]
    [InlineData("/x%5c..%5cexports")]
    [InlineData("/exports%252F")]
    [InlineData("/exports%00")]
    [InlineData("/exports%FF")]
    public async Task A_path_that_servers_read_in_different_ways_is_refused_and_consumes_nothing(string target)
    {
        ProxyResponse malformed = await scene.Caller.SendAsync("POST", target);
        ProxyResponse next = await scene.Caller.SendAsync("POST", "/exports");

        Assert.Equal((400, ""), (malformed.Status, malformed.Limit));
        Assert.Equal((200, "49"), (next.Status, next.Remaining));
        Assert.Single(scene.Api.Take());
    }
}
