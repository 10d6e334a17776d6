namespace OrleansLimiter.Grpc.Tests;

/// <summary>What a response says of the limits.</summary>
public class StatusTests
{
    [Fact]
    public async Task A_request_is_counted_and_the_response_speaks_of_the_most_binding_limit()
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Things);

        Assert.Equal(["Ok", "OK account 2 of 3 per Minute, 60 s"], await host.AskAsync("account=a"));
        Assert.Equal(["Ok", "OK account 1 of 3 per Minute, 60 s"], await host.AskAsync("account=a; path=/things/7"));
        Assert.Equal(["Ok", "OK account 0 of 3 per Minute, 60 s"], await host.AskAsync("account=a"));
        host.Time.Advance(TimeSpan.FromMilliseconds(10_001));
        Assert.Equal(["OverLimit", "OverLimit account 0 of 3 per Minute, 50 s"], await host.AskAsync("account=a"));
        Assert.Equal(["Ok", "OK account 2 of 3 per Minute, 60 s"], await host.AskAsync("account=a; mode=sandbox"));
    }

    [Fact]
    public async Task A_refusal_speaks_of_the_limit_that_refuses_even_if_the_policy_reports_another()
    {
        await using RlsHost host = await RlsHost.StartAsync(
            RlsPolicies.Things.Replace("  always:", "  report: [account]\n  always:", StringComparison.Ordinal));
        await host.AskAsync("account=a; path=/things/7");

        Assert.Equal(["Ok", "OK account 1 of 3 per Minute, 60 s"], await host.AskAsync("account=a; path=/things/7"));
        Assert.Equal(["OverLimit", "OverLimit burst 0 of 2 per Second, 1 s"], await host.AskAsync("account=a; path=/things/7"));
    }

    [Theory]
    [InlineData("algorithm: fixed-window, permits: 5, window: 1s", "Second", 1)]
    [InlineData("algorithm: fixed-window, permits: 5, window: 60s", "Minute", 60)]
    [InlineData("algorithm: fixed-window, permits: 5, window: 1h", "Hour", 3_600)]
    [InlineData("algorithm: fixed-window, permits: 5, window: 24h", "Day", 86_400)]
    [InlineData("algorithm: fixed-window, permits: 5, window: 7d", "Week", 604_800)]
    [InlineData("algorithm: fixed-window, permits: 5, window: 30d", "Month", 2_592_000)]
    [InlineData("algorithm: fixed-window, permits: 5, window: 365d", "Year", 31_536_000)]
    [InlineData("algorithm: fixed-window, permits: 5, window: 10s", "Unknown", 10)]
    [InlineData("algorithm: fixed-window, permits: 5, window: 1500ms", "Unknown", 2)]
    [InlineData("algorithm: token-bucket, permits: 1, window: 1s, burst: 5", "Unknown", 1)]
    public async Task A_window_that_is_no_unit_is_sent_as_an_unknown_unit(string limit, string unit, int seconds)
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Limit(limit));
        RateLimitResponse response = await host.CallAsync(Rls.Request("one", "account=a"));

        Assert.Equal([$"OK only 4 of 5 per {unit}, {seconds} s"], Rls.Statuses(response));
    }

    [Theory]
    [InlineData(1, "OverLimit only 0 of 1 per Unknown, 1 s")]
    [InlineData(2, "OverLimit only 0 of 1 per Unknown, 1 s")]
    public async Task The_time_until_reset_of_a_refusal_is_never_0(int hits, string expected)
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Limit("algorithm: fixed-window, permits: 1, window: 100ms"));
        await host.CallAsync(Rls.Request("one", "account=a"));
        RateLimitResponse response = await host.CallAsync(Rls.Request("one", Rls.Descriptor("account=a", (ulong)hits)));

        Assert.Equal([expected], Rls.Statuses(response));
    }

    [Fact]
    public async Task Without_a_limit_a_request_is_ok_without_a_current_limit()
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Limit(
            "unless: { method: GET }, algorithm: fixed-window, permits: 1, window: 1s", "unlimited: { when: { method: GET } }\n"));
        RateLimitResponse response = await host.CallAsync(Rls.Request("one", "account=a"));

        Assert.Equal((RateLimitResponse.Types.Code.Ok, "OK"), (response.OverallCode, Assert.Single(Rls.Statuses(response))));
        Assert.Null(response.Statuses[0].CurrentLimit);
    }

    [Fact]
    public async Task Headers_content_type_and_body_are_those_of_the_policy()
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Things);
        RateLimitResponse allowed = await host.CallAsync(Rls.Request("things", Rls.Descriptor("account=a", 3)));
        RateLimitResponse refused = await host.CallAsync(Rls.Request("things", "account=a"));

        Assert.Equal(["X-Remaining: 0", "X-Who: a"], Headers(allowed));
        Assert.Equal("", allowed.RawBody.ToStringUtf8());
        Assert.Equal(["X-Remaining: 0", "X-Who: a", "Retry-After: 60", "Content-Type: application/json"], Headers(refused));
        Assert.Equal("""{"message":"slow down"}""", refused.RawBody.ToStringUtf8());
        Assert.Equal((0, null), (refused.RequestHeadersToAdd.Count, refused.DynamicMetadata));
    }

    [Fact]
    public async Task The_body_can_be_a_problem_type()
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Limit(
            "algorithm: fixed-window, permits: 1, window: 60s", "responses: { denied: { problem-details: draft-10 } }\n"));
        RateLimitResponse allowed = await host.CallAsync(Rls.Request("one", "account=a"));
        RateLimitResponse refused = await host.CallAsync(Rls.Request("one", "account=a"));

        Assert.Equal(("", 0), (allowed.RawBody.ToStringUtf8(), allowed.ResponseHeadersToAdd.Count));
        Assert.Equal(["Content-Type: application/problem+json"], Headers(refused));
        Assert.Equal(
            """{"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Quota Exceeded","violated-policies":["only"]}""",
            refused.RawBody.ToStringUtf8());
    }

    [Fact]
    public async Task A_body_with_variables_is_written_for_the_request()
    {
        await using RlsHost host = await RlsHost.StartAsync(RlsPolicies.Limit(
            "algorithm: fixed-window, permits: 1, window: 60s",
            "responses: { denied: { content-type: text/plain, body: 'not now, {account}, for {retry-after-s} s' } }\n"));
        await host.CallAsync(Rls.Request("one", "account=é"));
        RateLimitResponse refused = await host.CallAsync(Rls.Request("one", "account=é"));

        Assert.Equal("not now, é, for 60 s", refused.RawBody.ToStringUtf8());
    }

    private static IEnumerable<string> Headers(RateLimitResponse response) =>
        response.ResponseHeadersToAdd.Select(header => $"{header.Key}: {header.Value}");
}
