using static OrleansLimiter.Core.Tests.One;

namespace OrleansLimiter.Core.Tests;

public class FixedWindowTests
{
    private readonly GroupRules _rules = Rule(Algorithm.FixedWindow, permits: 3, seconds: 60);
    private readonly BucketGroup _group = new();

    [Fact]
    public void A_window_opens_at_the_first_acquisition_and_closes_exactly_one_window_later()
    {
        _group.Acquire(_rules, 2, At(7));

        Assert.Equal(TimeSpan.FromSeconds(60), _group.Read(_rules, 1, At(7)).Readings[0].Reset);
        Assert.Equal(1, _group.Read(_rules, 1, At(67) - new TimeSpan(1)).Readings[0].Remaining);
        Assert.Equal(3, _group.Remaining(_rules, at: 67));
    }

    [Fact]
    public void A_window_whose_first_acquisition_is_canceled_opens_at_the_first_that_is_not()
    {
        OperationId first = _group.AcquireAll(_rules, at: 7, reserve: true, 1)[0];
        _group.Acquire(_rules, 1, At(8), OperationId.New());

        _group.Cancel(first, At(8.5));

        Reading reading = _group.Read(_rules, 1, At(8.5)).Readings[0];
        Assert.Equal((2, TimeSpan.FromSeconds(59.5)), (reading.Remaining, reading.Reset));
    }

    [Fact]
    public void A_window_whose_count_returns_to_zero_is_not_open()
    {
        OperationId only = _group.AcquireAll(_rules, at: 7, reserve: true, 3)[0];

        _group.Cancel(only, At(7.5));

        Assert.Equal(TimeSpan.Zero, _group.Read(_rules, 1, At(7.5)).Readings[0].Reset);
        _group.Acquire(_rules, 1, At(30));
        Assert.Equal(TimeSpan.FromSeconds(60), _group.Read(_rules, 1, At(30)).Readings[0].Reset);
    }

    [Fact]
    public void Canceling_an_acquisition_of_an_earlier_window_returns_nothing()
    {
        GroupRules rules = Rule(Algorithm.FixedWindow, permits: 3, seconds: 1);
        OperationId old = _group.AcquireAll(rules, at: 7, reserve: true, 3)[0];
        _group.Acquire(rules, 2, At(8));

        _group.Cancel(old, At(8.5));

        Assert.Equal(1, _group.Remaining(rules, at: 8.5));
    }

    [Fact]
    public void A_longer_window_keeps_its_start_and_closes_later()
    {
        _group.Acquire(_rules, 2, At(7));

        Reading reading = _group.Read(Rule(2, 0, Algorithm.FixedWindow, 3, seconds: 90), 1, At(50)).Readings[0];

        Assert.Equal((1, TimeSpan.FromSeconds(47)), (reading.Remaining, reading.Reset));
    }
}
