namespace OrleansLimiter.Testing.Clauses;

/// <summary>Frame.io: how much each kind of endpoint has.</summary>
public abstract class FrameIoRangeClauses(ClauseHost host)
{
    private const string Id = "0fdbde0e-7a2f-4c0e-9f68-1f5b8a1f3c11";

    [Theory]
    [InlineData("POST /v2/teams/" + Id + "/members", 10, 60_000)]
    [InlineData("GET /v2/me", 100, 1_000)]
    public Task Limits_range_from_10_a_minute_to_100_a_second(string request, int limit, int windowMs) =>
        LimitIs(request, limit, windowMs);

    [Theory]
    [InlineData("POST /v2/accounts/" + Id + "/teams")]
    [InlineData("POST /v2/teams/" + Id + "/projects")]
    [InlineData("POST /v2/projects/" + Id + "/collaborators")]
    [InlineData("POST /v2/projects/" + Id + "/review_links")]
    [InlineData("POST /v2/assets/" + Id + "/children")]
    [InlineData("POST /v2/assets/" + Id + "/comments")]
    [InlineData("POST /v2/comments/" + Id + "/replies")]
    public Task Creating_paths_have_100_a_minute(string request) => LimitIs(request, 100, 60_000);

    [Theory]
    [InlineData("GET /v2/accounts")]
    [InlineData("GET /v2/accounts/" + Id + "/teams")]
    [InlineData("GET /v2/accounts/" + Id + "/audit_logs")]
    [InlineData("GET /v2/assets/" + Id + "/comments")]
    [InlineData("GET /v2/projects/" + Id + "/collaborators")]
    [InlineData("GET /v2/projects/" + Id + "/pending_collaborators")]
    [InlineData("GET /v2/projects/" + Id + "/review_links")]
    [InlineData("GET /v2/review_links/" + Id + "/items")]
    [InlineData("GET /v2/teams")]
    [InlineData("GET /v2/teams/" + Id + "/members")]
    [InlineData("GET /v2/teams/" + Id + "/projects")]
    [InlineData("POST /v2/search/library")]
    public Task Listing_paths_have_200_a_minute(string request) => LimitIs(request, 200, 60_000);

    // Asked without a pause, on a clock that stands still: exactly so many pass, and the headers count them down.
    private async Task LimitIs(string request, int limit, int windowMs)
    {
        Caller user = host.NewCaller("frame-io", "X-User-Id");
        Answer first = await user.SendAsync(request);
        Assert.Equal((200, $"{limit}", $"{limit - 1}", $"{windowMs}"), FrameIoClauses.Shown(first));

        Assert.Equal(limit - 1, await user.PassAsync(limit + 5, request));
        Assert.Equal((429, $"{limit}", "0", $"{windowMs}"), FrameIoClauses.Shown(await user.SendAsync(request)));
    }
}
