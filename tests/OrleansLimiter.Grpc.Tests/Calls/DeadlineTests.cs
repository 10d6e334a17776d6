namespace OrleansLimiter.Grpc.Tests;

public class DeadlineTests
{
    private static readonly DateTime Now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(20, 15)]
    [InlineData(12, 9)]
    [InlineData(1_000, 995)]
    [InlineData(1, 1)]
    [InlineData(0, 1)]
    [InlineData(-50, 1)]
    public void The_limiter_decides_a_quarter_of_the_time_before_the_deadline_but_at_most_5_ms(int milliseconds, int within) =>
        Assert.Equal(TimeSpan.FromMilliseconds(within), RlsDeadline.Within(Now.AddMilliseconds(milliseconds), Now));

    [Fact]
    public void A_caller_without_a_deadline_waits_for_that_of_the_policy() => Assert.Null(RlsDeadline.Within(DateTime.MaxValue, Now));

    [Theory]
    [InlineData("allow", "Ok|OK")]
    [InlineData("deny", "OverLimit|OverLimit, 1 s")]
    public async Task On_failure_decides_before_the_deadline_of_the_caller(string onFailure, string expected)
    {
        await using RlsHost host = await StartAsync(onFailure);
        ValueTask<RlsAnswer> pending = host.Decider.DecideAsync(Rls.Request("things", "account=a"), TimeSpan.FromMilliseconds(15));

        host.Time.Advance(TimeSpan.FromMilliseconds(14));
        Assert.False(pending.IsCompleted);
        host.Time.Advance(TimeSpan.FromMilliseconds(1));
        RateLimitResponse response = (await pending).Response!;

        Assert.Equal(expected, string.Join('|', [response.OverallCode.ToString(), .. Rls.Statuses(response)]));
        Assert.Contains(response.ResponseHeadersToAdd, header => (header.Key, header.Value) == ("X-Limiter-Failure", "unreachable"));
        Assert.Equal("1", await host.MetricAsync("""orleans_limiter_failure_decisions_total{policy="things",reason="unreachable"}"""));
    }

    [Fact]
    public async Task On_failure_decides_on_several_descriptors_before_the_deadline_of_the_caller()
    {
        await using RlsHost host = await StartAsync("deny");
        ValueTask<RlsAnswer> pending = host.Decider.DecideAsync(
            Rls.Request("things", "account=a", "account=b"), TimeSpan.FromMilliseconds(15));

        host.Time.Advance(TimeSpan.FromMilliseconds(14));
        Assert.False(pending.IsCompleted);
        host.Time.Advance(TimeSpan.FromMilliseconds(1));
        RateLimitResponse response = (await pending).Response!;

        Assert.Equal(RateLimitResponse.Types.Code.OverLimit, response.OverallCode);
        Assert.Equal(["OverLimit, 1 s", "OverLimit, 1 s"], Rls.Statuses(response));
    }

    [Fact]
    public async Task A_later_deadline_of_the_caller_does_not_extend_that_of_the_host()
    {
        await using RlsHost host = await StartAsync("allow");
        ValueTask<RlsAnswer> pending = host.Decider.DecideAsync(Rls.Request("things", "account=a"), TimeSpan.FromHours(1));

        host.Time.Advance(TimeSpan.FromMilliseconds(199));
        Assert.False(pending.IsCompleted);
        host.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(RateLimitResponse.Types.Code.Ok, (await pending).Response!.OverallCode);
    }

    [Fact]
    public async Task A_canceled_call_gets_no_answer_and_its_acquisition_is_completed()
    {
        var reply = new TaskCompletionSource<GroupReply>();
        var asked = new TaskCompletionSource();
        await using RlsHost host = await RlsHost.StartAsync(new RlsHostSetup { Store = new LateStore(reply.Task, asked) });
        using var cancel = new CancellationTokenSource();
        Task<RateLimitResponse> call = host.CallAsync(Rls.Request("things", "account=a"), cancel: cancel.Token);
        await asked.Task;
        await cancel.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode);
        reply.SetResult(GroupReply.Unavailable());
        string? counted;
        do
        {
            counted = await host.MetricAsync("""orleans_limiter_failure_decisions_total{policy="things",reason="unreachable"}""");
        }
        while (counted == "0");

        Assert.Equal("1", counted);
    }

    private static Task<RlsHost> StartAsync(string onFailure) => RlsHost.StartAsync(new RlsHostSetup
    {
        Policies = [RlsPolicies.ThingsWith($"on-failure: {onFailure}")],
        Store = new LateStore(new TaskCompletionSource<GroupReply>().Task, new()),
    });

    private sealed class LateStore(Task<GroupReply> reply, TaskCompletionSource asked) : FakeBucketStore
    {
        protected override ValueTask<GroupReply> ExecuteAsync(GroupRequest request)
        {
            asked.TrySetResult();
            return new(reply);
        }
    }
}
