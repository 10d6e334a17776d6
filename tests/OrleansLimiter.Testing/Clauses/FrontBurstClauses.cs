namespace OrleansLimiter.Testing.Clauses;

/// <summary>Front: the two tiers of bursts, which are independent of the limit per minute.</summary>
public abstract class FrontBurstClauses(ClauseHost host)
{
    private const string Export = "POST /exports";
    private const string Messages = "POST /channels/cha_1/messages";

    // A permit of a rolling window can be available a thousandth of the window late, which is visible
    // as another second of wait on a clock that does not advance.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan PastTheBurst = TimeSpan.FromMilliseconds(1_001);

    private Caller NewCompany() => host.NewCaller("front", "X-Company-Id").With("X-Plan", "enterprise");

    [Theory]
    [InlineData(Export)]
    [InlineData("POST /team/tea_1/exports")]
    public async Task Tier_1_routes_have_1_a_second(string request)
    {
        Caller company = NewCompany();
        Assert.Equal((200, "1"), Tier(await company.SendAsync(request)));
        await host.AdvanceAsync(Moment);

        Answer refused = await company.SendAsync(request);
        Assert.Equal((429, "1"), Tier(refused));
        Assert.Equal("1", refused["Retry-After"]);

        await host.AdvanceAsync(TimeSpan.FromMilliseconds(998));
        Assert.Equal(429, (await company.SendAsync(request)).Status);
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(2));
        Assert.Equal((200, "1"), Tier(await company.SendAsync(request)));
    }

    [Fact]
    public async Task Tier_1_routes_share_their_second()
    {
        Assert.Equal(1, await NewCompany().PassAsync(4, Export, "POST /team/tea_1/exports", "POST /team/tea_2/exports"));
    }

    [Theory]
    [InlineData("PATCH /conversations/cnv_{0}")]
    [InlineData("PUT /conversations/cnv_{0}/assignee")]
    [InlineData("POST /channels/cha_{0}/messages")]
    [InlineData("POST /conversations/cnv_{0}/messages")]
    [InlineData("POST /channels/cha_{0}/incoming_messages")]
    [InlineData("POST /channels/cha_{0}/inbound_messages")]
    [InlineData("POST /channels/cha_{0}/outbound_messages")]
    [InlineData("POST /inboxes/inb_{0}/imported_messages")]
    [InlineData("PATCH /teammates/tea_{0}")]
    public async Task Tier_2_routes_have_5_a_second_for_each_resource(string route)
    {
        Caller company = NewCompany();
        string request = string.Format(null, route, 1);
        Assert.Equal((200, "2"), Tier(await company.SendAsync(request)));
        Assert.Equal(4, await company.PassAsync(6, request));
        await host.AdvanceAsync(Moment);

        Answer refused = await company.SendAsync(request);
        Assert.Equal((429, "2"), Tier(refused));
        Assert.Equal("1", refused["Retry-After"]);
        Assert.Equal(5, await company.PassAsync(6, string.Format(null, route, 2)));

        await host.AdvanceAsync(PastTheBurst);
        Assert.Equal(5, await company.PassAsync(6, request));
    }

    [Fact]
    public async Task Tier_2_counts_each_route_alone_even_for_one_resource()
    {
        Caller company = NewCompany();
        Assert.Equal(5, await company.PassAsync(6, Messages));

        Assert.Equal(5, await company.PassAsync(6, "POST /channels/cha_1/inbound_messages"));
        Assert.Equal(5, await company.PassAsync(6, "POST /inboxes/cha_1/imported_messages"));
        Assert.Equal(5, await company.PassAsync(6, "PATCH /conversations/cnv_1"));
        Assert.Equal(5, await company.PassAsync(6, "PUT /conversations/cnv_1/assignee"));
    }

    [Fact]
    public async Task Other_methods_on_the_same_paths_have_no_tier()
    {
        Caller company = NewCompany();

        Assert.Equal(10, await company.PassAsync(10, "GET /conversations/cnv_1", "GET /exports", "GET /teammates/tea_1"));
        Assert.Equal((200, null), Tier(await company.SendAsync("GET /conversations/cnv_1")));
    }

    [Fact]
    public async Task A_denial_by_a_burst_consumes_nothing_of_the_main_limit_as_headers_show()
    {
        Caller company = NewCompany();
        Assert.Equal("199", (await company.SendAsync(Export))["X-RateLimit-Remaining"]);
        await host.AdvanceAsync(Moment);

        Answer refused = await company.SendAsync(Export);

        Assert.Equal((429, "200", "199"), (refused.Status, refused["X-RateLimit-Limit"], refused["X-RateLimit-Remaining"]));
        Assert.Equal(("1", "1"), (refused["X-Front-Tier"], refused["Retry-After"]));
        Assert.Equal("198", (await company.SendAsync("GET /contacts"))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task A_denial_by_the_main_limit_consumes_no_burst()
    {
        Caller company = NewCompany().With("X-Plan", "starter");
        await company.PassAsync(50, "GET /contacts");
        Answer refused = await company.SendAsync(Export);
        Assert.Equal((429, "1"), Tier(refused));
        Assert.Equal("60", refused["Retry-After"]);

        // All clients of a company share its bursts, and the limit per minute of this client is not exhausted.
        Assert.Equal((200, "1"), Tier(await company.With("X-Client", "partner").SendAsync(Export)));
    }

    [Fact]
    public async Task A_denied_check_reports_the_limit_that_refused_and_what_remains_of_the_other()
    {
        Caller company = NewCompany();
        Assert.Equal(5, await company.PassAsync(5, Messages));
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(250.5));

        CheckResult refused = await company.CheckAsync(Messages, attributes: new() { ["plan"] = "enterprise" });

        Assert.Equal((false, "company"), (refused.Allowed, refused.Reported));
        Assert.Equal(["tier-2"], refused.DeniedBy);
        Assert.Equal(
            [
                new("company", "account", true, 200, 195, 60_000, 59_750, 59_750, null),
                new("tier-2", "burst", false, 5, 0, 1_000, 750, 750, 750),
            ],
            refused.Limits);
    }

    private static (int Status, string? Tier) Tier(Answer answer) => (answer.Status, answer["X-Front-Tier"]);
}
