namespace OrleansLimiter.Cluster.Tests;

public class CircuitBreakerTests
{
    private static readonly TimeSpan s_silence = TimeSpan.FromMilliseconds(500);

    private readonly FakeTime _time = new();
    private readonly CircuitBreaker _breaker;

    public CircuitBreakerTests() => _breaker = new(new(_time), s_silence);

    [Fact]
    public void A_cluster_that_nobody_asks_is_not_silent()
    {
        _time.Advance(TimeSpan.FromHours(1));

        Assert.False(_breaker.IsOpen);
        Assert.True(_breaker.TryEnter());
        Assert.False(_breaker.IsOpen);
    }

    [Fact]
    public void Silence_while_calls_wait_opens_it_just_past_the_bound()
    {
        _breaker.TryEnter();

        _time.Advance(s_silence);
        Assert.False(_breaker.IsOpen);

        _time.Advance(new TimeSpan(1));
        Assert.True(_breaker.IsOpen);
    }

    [Fact]
    public void One_answer_among_many_that_are_missing_keeps_it_closed()
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
    public void A_silent_cluster_is_asked_once_in_a_while_and_everybody_else_is_told_at_once()
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
    public void Any_answer_closes_it()
    {
        BecomeSilent();
        _breaker.TryEnter();

        _breaker.OnReply();

        Assert.False(_breaker.IsOpen);
        Assert.True(_breaker.TryEnter());
        Assert.True(_breaker.TryEnter());
    }

    [Fact]
    public void Calls_that_fail_at_once_are_no_answers()
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
    public void One_failure_and_then_nothing_is_not_silence()
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
