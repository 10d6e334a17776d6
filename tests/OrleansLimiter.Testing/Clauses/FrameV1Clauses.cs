namespace OrleansLimiter.Testing.Clauses;

/// <summary>Frame V1: a rolling minute for each merchant, endpoint and mode.</summary>
public abstract class FrameV1Clauses(ClauseHost host)
{
    private const string Refunds = "GET /v1/refunds";

    private Caller NewMerchant() => host.NewCaller("frame-v1", "X-Merchant-Id");

    [Theory]
    [InlineData("live", 160)]
    [InlineData("sandbox", 50)]
    public async Task An_endpoint_has_160_a_minute_in_live_and_50_in_sandbox(string mode, int permits)
    {
        Caller merchant = NewMerchant().With("X-Mode", mode);

        Assert.Equal(permits, await merchant.PassAsync(permits + 10, Refunds));
        Assert.Equal(429, (await merchant.SendAsync(Refunds)).Status);
    }

    [Fact]
    public async Task The_window_rolls_so_that_each_permit_is_available_again_after_60_seconds()
    {
        Caller merchant = NewMerchant();
        Assert.Equal(80, await merchant.PassAsync(80, Refunds));
        await host.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(80, await merchant.PassAsync(100, Refunds));

        await host.AdvanceAsync(TimeSpan.FromMilliseconds(29_999));
        Assert.Equal(0, await merchant.PassAsync(100, Refunds));
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(3));
        Assert.Equal(80, await merchant.PassAsync(100, Refunds));

        await host.AdvanceAsync(TimeSpan.FromMilliseconds(29_997));
        Assert.Equal(0, await merchant.PassAsync(100, Refunds));
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(3));
        Assert.Equal(80, await merchant.PassAsync(100, Refunds));
    }

    [Fact]
    public async Task Merchants_endpoints_and_modes_are_counted_separately()
    {
        Caller merchant = NewMerchant();
        Assert.Equal(160, await merchant.PassAsync(161, Refunds));

        Assert.Equal(50, await merchant.With("X-Mode", "sandbox").PassAsync(51, Refunds));
        Assert.Equal(160, await merchant.PassAsync(161, "GET /v1/disputes"));
        Assert.Equal(160, await merchant.PassAsync(161, "POST /v1/refunds"));
        Assert.Equal(160, await NewMerchant().PassAsync(161, Refunds));
        Assert.Equal(429, (await merchant.SendAsync(Refunds)).Status);
    }

    [Fact]
    public async Task Ids_do_not_create_separate_endpoints()
    {
        Caller merchant = NewMerchant();

        Assert.Equal(160, await merchant.PassAsync(
            170, "GET /v1/refunds/rf_1", "GET /v1/refunds/rf_2?expand=charge", "GET /v1/refunds/8d1c39a8-0b0f-4d8b-9a52-0c7c7c1f0a11"));
    }

    [Fact]
    public async Task A_denial_is_429_with_a_retry_after()
    {
        Caller merchant = NewMerchant();
        Assert.Null((await merchant.SendAsync(Refunds))["Retry-After"]);
        await merchant.PassAsync(159, Refunds);
        await host.AdvanceAsync(TimeSpan.FromSeconds(14.5));

        Answer refused = await merchant.SendAsync(Refunds);

        Assert.Equal((429, "46", ""), (refused.Status, refused["Retry-After"], refused.Body));
    }

    [Fact]
    public async Task A_check_reports_what_remains_in_JSON()
    {
        CheckResult answer = await NewMerchant().CheckAsync("POST /v1/charge_intents/ci_9", mode: "live");

        LimitResponse limit = Assert.Single(answer.Limits);
        Assert.Equal((true, "frame-v1", "endpoint"), (answer.Allowed, answer.Policy, answer.Reported));
        Assert.Equal(new("endpoint", "endpoint", true, 3_000, 2_999, 60_000, 60_000, 60_000, null), limit);
    }
}
