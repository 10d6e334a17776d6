namespace OrleansLimiter.Testing.Clauses;

/// <summary>Frontline: a fixed window for each account or address, and the documented denial.</summary>
public abstract class FrontlineClauses(ClauseHost host)
{
    private const string Models = "GET /ai-models";

    private Caller NewAccount() => host.NewCaller("frontline", "X-Account-Id");

    [Fact]
    public async Task An_account_has_1000_in_60_seconds_for_all_requests()
    {
        Caller account = NewAccount();

        Assert.Equal(1_000, await account.PassAsync(1_005, Models, "GET /billing", "POST /chats"));
    }

    [Fact]
    public async Task All_keys_of_an_account_count_toward_the_same_bucket()
    {
        Caller account = NewAccount();
        Assert.Equal(600, await account.With("Authorization", "Bearer first-key").PassAsync(600, Models));

        Assert.Equal(400, await account.With("Authorization", "Bearer second-key").PassAsync(600, Models));
        Assert.Equal(1_000, await NewAccount().With("Authorization", "Bearer first-key").PassAsync(1_001, Models));
    }

    [Fact]
    public async Task The_window_opens_with_its_first_request_and_ends_exactly_60_seconds_later()
    {
        Caller account = NewAccount();
        await host.AdvanceAsync(TimeSpan.FromSeconds(45));
        Assert.Equal(1, await account.PassAsync(1, Models));
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(59_999));
        Assert.Equal(999, await account.PassAsync(1_001, Models));

        await host.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        Assert.Equal((200, "1000", "999"), Shown(await account.SendAsync(Models)));
    }

    [Fact]
    public async Task A_window_without_requests_does_not_open()
    {
        Caller account = NewAccount();
        Assert.Equal(1_000, await account.PassAsync(1_001, Models));
        await host.AdvanceAsync(TimeSpan.FromSeconds(90));

        // The next window begins here, not 30 s ago where the one before would have ended.
        Assert.Equal(1_000, await account.PassAsync(1_001, Models));
        await host.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(429, (await account.SendAsync(Models)).Status);
    }

    [Fact]
    public async Task Successful_responses_have_the_limit_and_the_remaining_permits_down_to_0()
    {
        Caller account = NewAccount();
        Assert.Equal((200, "1000", "999"), Shown(await account.SendAsync(Models)));
        Assert.Equal(998, await account.PassAsync(998, Models));

        Assert.Equal((200, "1000", "0"), Shown(await account.SendAsync(Models)));
    }

    [Fact]
    public async Task A_denial_is_429_with_exactly_the_documented_JSON_and_without_the_two_headers()
    {
        Caller account = NewAccount();
        await account.PassAsync(1_000, Models);

        Answer refused = await account.SendAsync(Models);

        Assert.Equal((429, null, null), Shown(refused));
        Assert.Equal("application/json", refused.ContentType);
        Assert.Equal(
            "{\n    \"ok\": false,\n    \"error\": {\n        \"code\": \"internal_error\",\n"
            + "        \"message\": \"Rate limit exceeded. Please try again later.\"\n    }\n}",
            refused.Body);
    }

    [Fact]
    public async Task Unauthenticated_callers_have_the_same_threshold_for_each_address()
    {
        Caller stranger = host.CallerAt("frontline", ClauseHost.NewAddress());

        Assert.Equal(1_000, await stranger.PassAsync(1_005, Models));
        Assert.Equal((200, "1000", "999"), Shown(await host.CallerAt("frontline", ClauseHost.NewAddress()).SendAsync(Models)));
    }

    [Fact]
    public async Task An_IPv6_caller_is_identified_by_the_first_64_bits_of_the_address()
    {
        string site = $"2001:db8:{Random.Shared.Next(1, 65_536):x}";
        Assert.Equal((200, "1000", "999"), Shown(await host.CallerAt("frontline", $"{site}:1::1").SendAsync(Models)));

        Assert.Equal((200, "1000", "998"), Shown(await host.CallerAt("frontline", $"{site}:1:ffff:1:2:3").SendAsync(Models)));
        Assert.Equal((200, "1000", "999"), Shown(await host.CallerAt("frontline", $"{site}:2::1").SendAsync(Models)));
    }

    [Fact]
    public async Task An_account_that_is_named_like_an_address_is_not_that_address()
    {
        string address = ClauseHost.NewAddress();
        Caller account = new(host, "frontline", [("X-Account-Id", address)]);
        Assert.Equal(1_000, await account.PassAsync(1_001, Models));

        Assert.Equal((200, "1000", "999"), Shown(await host.CallerAt("frontline", address).SendAsync(Models)));
    }

    [Fact]
    public async Task A_check_reports_what_remains_in_JSON()
    {
        CheckResult answer = await NewAccount().CheckAsync(Models);

        Assert.Equal((true, "frontline", "account"), (answer.Allowed, answer.Policy, answer.Reported));
        Assert.Equal([new("account", "account", true, 1_000, 999, 60_000, 60_000, 60_000, null)], answer.Limits);
    }

    private static (int Status, string? Limit, string? Remaining) Shown(Answer answer) =>
        (answer.Status, answer["X-RateLimit-Limit"], answer["X-RateLimit-Remaining"]);
}
