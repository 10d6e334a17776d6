namespace OrleansLimiter.Cluster.Tests;

public class CircuitBreakerTests
{
    private static readonly TimeSpan s_silence = TimeSpan.FromMilliseconds(500);

    private readonly FakeTime _time = new();
    private readonly CircuitBreaker _breaker;

    public CircuitBreakerTests() => _breaker = new(new(_time), s_silence);

    [Fact]
    public void The_circuit_stays_closed_without_calls()
    {
        _time.Advance(TimeSpan.FromHours(1));

        Assert.False(_breaker.IsOpen);
        Assert.True(_breaker.TryEnter());
        Assert.False(_breaker.IsOpen);
    }

    [Fact]
    public void Pending_calls_without_a_reply_open_the_circuit_just_after_the_bound()
    {
        _breaker.TryEnter();

        _time.Advance(s_silence);
        Assert.False(_breaker.IsOpen);

        _time.Advance(new TimeSpan(1));
        Assert.True(_breaker.IsOpen);
    }

    [Fact]
    public void One_reply_among_many_missing_ones_keeps_the_circuit_closed()
    {
        for (int i = 0; i < 100; i++)
        {
            Assert.True(_breaker.TryEnter());
        }

        _time.Advance(TimeSpan.FromMilliseconds(400));
        _breaker.OnReply();
        _time.Advance(TimeSpan.FromMilliseconds(400));

        Assert.False(_breaker.IsOpen);
        Assert.True(_breaker.TryEnter());
    }

    [Fact]
    public void An_open_circuit_lets_one_call_through_at_intervals_and_refuses_others_immediately()
    {
        BecomeSilent();

        Assert.True(_breaker.TryEnter());
        Assert.False(_breaker.TryEnter());
        Assert.False(_breaker.TryEnter());
        Assert.Equal(2, _breaker.Refused);

        _time.Advance(CircuitBreaker.ProbePeriod);
        Assert.True(_breaker.TryEnter());
        Assert.False(_breaker.TryEnter());
    }

    [Fact]
    public void Any_reply_closes_the_circuit()
    {
        BecomeSilent();
        _breaker.TryEnter();

        _breaker.OnReply();

        Assert.False(_breaker.IsOpen);
        Assert.True(_breaker.TryEnter());
        Assert.True(_breaker.TryEnter());
    }

    [Fact]
    public void Calls_that_fail_immediately_do_not_count_as_replies()
    {
        for (int i = 0; i <= 5; i++)
        {
            Assert.True(_breaker.TryEnter());
            _breaker.OnFailure();
            Assert.False(_breaker.IsOpen);
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.True(_breaker.IsOpen);
        Assert.True(_breaker.TryEnter());
        _breaker.OnFailure();
        Assert.False(_breaker.TryEnter());
    }

    [Fact]
    public void One_failure_without_further_calls_does_not_open_the_circuit()
    {
        _breaker.TryEnter();
        _breaker.OnFailure();

        _time.Advance(s_silence + new TimeSpan(1));

        Assert.False(_breaker.IsOpen);
        Assert.True(_breaker.TryEnter());
        Assert.True(_breaker.TryEnter());
    }

    private void BecomeSilent()
    {
        _breaker.TryEnter();
        _time.Advance(s_silence + new TimeSpan(1));
    }
}
