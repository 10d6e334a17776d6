namespace OrleansLimiter.Testing.Clauses;

/// <summary>Frame.io: a leaky bucket for each user and endpoint, reported in three headers.</summary>
public abstract class FrameIoClauses(ClauseHost host)
{
    private const string Asset = "0fdbde0e-7a2f-4c0e-9f68-1f5b8a1f3c11";
    private const string OtherAsset = "9a1c5b52-53c8-4c8d-8d3e-2a7f6f0e4b22";
    private const string Children = $"GET /v2/assets/{Asset}/children";

    private Caller NewUser() => host.NewCaller("frame-io", "X-User-Id");

    [Fact]
    public async Task The_first_response_of_asset_children_has_limit_40_remaining_39_window_60000()
    {
        Answer first = await NewUser().SendAsync(Children);

        Assert.Equal((200, "40", "39", "60000"), Shown(first));
    }

    [Fact]
    public async Task The_41st_request_at_once_is_refused_with_429_and_has_the_three_headers_as_well()
    {
        Caller user = NewUser();
        Assert.Equal(40, await user.PassAsync(40, Children));

        Answer refused = await user.SendAsync(Children);

        Assert.Equal((429, "40", "0", "60000"), Shown(refused));
        Assert.Equal("", refused.Body);
    }

    [Fact]
    public async Task One_permit_is_refilled_exactly_every_1500_ms()
    {
        Caller user = NewUser();
        await user.PassAsync(40, Children);

        for (int permit = 0; permit < 3; permit++)
        {
            await host.AdvanceAsync(TimeSpan.FromMilliseconds(1499));
            Assert.Equal(429, (await user.SendAsync(Children)).Status);

            await host.AdvanceAsync(TimeSpan.FromMilliseconds(1));
            Assert.Equal((200, "40", "0", "60000"), Shown(await user.SendAsync(Children)));
            Assert.Equal(429, (await user.SendAsync(Children)).Status);
        }
    }

    [Fact]
    public async Task There_is_no_cut_off_at_the_end_of_a_window()
    {
        Caller user = NewUser();
        await user.PassAsync(40, Children);

        await host.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(20, await user.PassAsync(40, Children));

        // A window of 60 s that began with the first request would end here, and give 40 again.
        await host.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(20, await user.PassAsync(40, Children));
    }

    [Fact]
    public async Task Used_permits_are_refilled_up_to_the_limit()
    {
        Caller user = NewUser();
        await user.PassAsync(40, Children);

        await host.AdvanceAsync(TimeSpan.FromHours(1));

        Assert.Equal(40, await user.PassAsync(60, Children));
    }

    [Fact]
    public async Task All_tokens_of_a_user_count_together()
    {
        Caller user = NewUser();
        Caller withDeveloperToken = user.With("Authorization", "Bearer fio-u-developer");
        Caller withOAuthToken = user.With("Authorization", "Bearer oauth-grant");
        Assert.Equal(20, await withDeveloperToken.PassAsync(20, Children));
        Assert.Equal(20, await withOAuthToken.PassAsync(20, Children));

        Assert.Equal(429, (await withDeveloperToken.SendAsync(Children)).Status);
        Assert.Equal(429, (await withOAuthToken.SendAsync(Children)).Status);
    }

    [Fact]
    public async Task Another_user_has_separate_limits()
    {
        await NewUser().PassAsync(41, Children);

        Assert.Equal((200, "40", "39", "60000"), Shown(await NewUser().SendAsync(Children)));
    }

    [Fact]
    public async Task An_endpoint_is_a_method_and_a_path_without_its_ids()
    {
        Caller user = NewUser();
        await user.SendAsync($"PUT /v2/assets/{Asset}");

        Assert.Equal((200, "200", "198", "60000"), Shown(await user.SendAsync($"PUT /v2/assets/{OtherAsset}?fields=name")));
        Assert.Equal((200, "200", "199", "60000"), Shown(await user.SendAsync($"DELETE /v2/assets/{Asset}")));
        Assert.Equal((200, "200", "199", "60000"), Shown(await user.SendAsync($"PUT /v2/comments/{Asset}")));
    }

    [Fact]
    public async Task An_exhausted_endpoint_does_not_affect_others()
    {
        Caller user = NewUser();
        await user.PassAsync(41, Children);

        Assert.Equal((429, "40", "0", "60000"), Shown(await user.SendAsync($"GET /v2/assets/{OtherAsset}/children")));
        Assert.Equal((429, "40", "0", "60000"), Shown(await user.SendAsync($"HEAD /v2/assets/{Asset}/children")));
        Assert.Equal((200, "200", "199", "60000"), Shown(await user.SendAsync($"GET /v2/assets/{Asset}/comments")));
        Assert.Equal((200, "100", "99", "60000"), Shown(await user.SendAsync($"POST /v2/assets/{Asset}/children")));
    }

    [Fact]
    public async Task A_check_reports_the_values_of_the_headers_in_JSON()
    {
        CheckResult answer = await NewUser().CheckAsync(Children);

        Assert.Equal((true, "frame-io", "endpoint"), (answer.Allowed, answer.Policy, answer.Reported));
        Assert.Empty(answer.DeniedBy);
        Assert.Equal([new("endpoint", "endpoint", true, 40, 39, 60_000, 1_500, 1_500, null)], answer.Limits);
    }

    [Fact]
    public async Task The_retry_after_of_a_denied_check_is_exact_to_the_millisecond()
    {
        Caller user = NewUser();
        await user.PassAsync(40, Children);
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(700));

        CheckResult refused = await user.CheckAsync(Children);

        Assert.Equal((false, "endpoint"), (refused.Allowed, Assert.Single(refused.DeniedBy)));
        Assert.Equal([new("endpoint", "endpoint", false, 40, 0, 60_000, 800, 59_300, 800)], refused.Limits);
    }

    [Fact]
    public async Task A_caller_without_a_token_is_limited_by_address()
    {
        Caller stranger = host.CallerAt("frame-io", ClauseHost.NewAddress());

        Assert.Equal(40, await stranger.PassAsync(41, Children));
        Assert.Equal(200, (await host.CallerAt("frame-io", ClauseHost.NewAddress()).SendAsync(Children)).Status);
    }

    internal static (int Status, string? Limit, string? Remaining, string? Window) Shown(Answer answer) =>
        (answer.Status, answer["x-ratelimit-limit"], answer["x-ratelimit-remaining"], answer["x-ratelimit-window"]);
}
