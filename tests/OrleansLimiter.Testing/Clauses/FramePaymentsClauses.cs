namespace OrleansLimiter.Testing.Clauses;

/// <summary>Frame payments: reads and writes a second, in each mode.</summary>
public abstract class FramePaymentsClauses(ClauseHost host)
{
    private const string Read = "GET /v1/charges";
    private const string Write = "POST /v1/charges";

    private Caller NewAccount() => host.NewCaller("frame-payments", "X-Account-Id");

    [Theory]
    [InlineData("live", Read, 100)]
    [InlineData("live", Write, 100)]
    [InlineData("test", Read, 25)]
    [InlineData("test", Write, 25)]
    public async Task An_account_has_100_of_each_operation_a_second_in_live_and_25_in_test(string mode, string request, int permits)
    {
        Caller account = NewAccount().With("X-Mode", mode);

        Assert.Equal(permits, await account.PassAsync(permits + 20, request));
        Assert.Equal(429, (await account.SendAsync(request)).Status);
    }

    [Fact]
    public async Task Exhausted_reads_do_not_affect_writes_and_vice_versa()
    {
        Caller account = NewAccount();
        Assert.Equal(100, await account.PassAsync(101, Read));
        Assert.Equal(100, await account.PassAsync(101, Write));

        Assert.Equal(429, (await account.SendAsync(Read)).Status);
    }

    [Fact]
    public async Task Test_mode_and_live_mode_are_counted_separately()
    {
        Caller account = NewAccount();
        Assert.Equal(25, await account.With("X-Mode", "test").PassAsync(30, Read));
        Assert.Equal(100, await account.With("X-Mode", "live").PassAsync(101, Read));

        Assert.Equal(429, (await account.With("X-Mode", "test").SendAsync(Read)).Status);
        Assert.Equal(25, await account.With("X-Mode", "test").PassAsync(30, Write));
    }

    [Fact]
    public async Task A_request_without_a_mode_is_live()
    {
        Caller account = NewAccount();
        Assert.Equal(100, await account.PassAsync(101, Read));

        Assert.Equal(429, (await account.With("X-Mode", "live").SendAsync(Read)).Status);
    }

    [Fact]
    public async Task All_endpoints_and_all_methods_of_an_operation_count_together()
    {
        Caller account = NewAccount();
        Assert.Equal(100, await account.PassAsync(110, "GET /v1/charges", "HEAD /v1/customers/cus_1", "OPTIONS /v1/refunds"));
        Assert.Equal(100, await account.PassAsync(
            110, "POST /v1/charges", "PUT /v1/customers/cus_1", "PATCH /v1/refunds/rf_1", "DELETE /v1/customers/cus_2"));
    }

    [Fact]
    public async Task Another_account_has_separate_limits()
    {
        await NewAccount().PassAsync(101, Read);

        Assert.Equal(100, await NewAccount().PassAsync(101, Read));
    }

    [Fact]
    public async Task A_permit_is_available_again_exactly_one_second_after_its_use()
    {
        Caller account = NewAccount();
        Assert.Equal(1, await account.PassAsync(1, Read));
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(998));
        Assert.Equal(99, await account.PassAsync(120, Read));

        // A limiter that counts calendar seconds, or windows from the first request on, would give 100 again.
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, await account.PassAsync(120, Read));
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(2));
        Assert.Equal(1, await account.PassAsync(120, Read));

        await host.AdvanceAsync(TimeSpan.FromMilliseconds(996));
        Assert.Equal(0, await account.PassAsync(120, Read));
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(2));
        Assert.Equal(99, await account.PassAsync(120, Read));
    }

    [Fact]
    public async Task No_span_of_one_second_allows_more_than_25()
    {
        Caller account = NewAccount();
        var random = new Random(20_260_101);
        var admitted = new List<(TimeSpan At, int Count)>();
        var now = TimeSpan.Zero;
        for (int step = 0; step < 200; step++)
        {
            int asked = random.Next(1, 12);
            admitted.Add((now, await account.PassInBatchesAsync(asked, "test", Write)));
            var pause = TimeSpan.FromTicks(random.Next(1, 4_000_000));
            await host.AdvanceAsync(pause);
            now += pause;
        }

        int[] inSpans =
        [
            .. admitted.Select(end => admitted
                .Where(each => each.At <= end.At && each.At > end.At - TimeSpan.FromSeconds(1)).Sum(each => each.Count)),
        ];
        Assert.Equal(25, inSpans.Max());
    }

    [Fact]
    public async Task A_denial_is_429_with_a_retry_after()
    {
        Caller account = NewAccount();
        Assert.Null((await account.SendAsync(Write))["Retry-After"]);
        await account.PassAsync(99, Write);
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(1));

        Answer refused = await account.SendAsync(Write);

        Assert.Equal((429, "1", ""), (refused.Status, refused["Retry-After"], refused.Body));
    }

    [Fact]
    public async Task A_check_reports_what_remains_in_JSON()
    {
        CheckResult answer = await NewAccount().CheckAsync(Read, mode: "test");

        LimitResponse limit = Assert.Single(answer.Limits);
        Assert.Equal((true, "frame-payments", "operations"), (answer.Allowed, answer.Policy, answer.Reported));
        Assert.Equal(new("operations", "account", true, 25, 24, 1_000, 1_000, 1_000, null), limit);
    }

    [Fact]
    public async Task Waiting_the_retry_after_of_a_denied_check_is_enough()
    {
        Caller account = NewAccount();
        await account.PassAsync(100, Read);
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(399.5));

        CheckResult refused = await account.CheckAsync(Read);

        Assert.Equal(["operations"], refused.DeniedBy);
        Assert.Equal(601, refused.Limits[0].RetryAfterMs);
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(601));
        Assert.True((await account.CheckAsync(Read)).Allowed);
    }
}
