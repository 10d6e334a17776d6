namespace OrleansLimiter.Core.Tests;

/// <summary>Differences between the clock of the tests and <see cref="Microsoft.Extensions.Time.Testing.FakeTimeProvider"/>.</summary>
public class FakeTimeTests
{
    [Fact]
    public void A_periodic_timer_sees_each_time_at_which_it_is_due()
    {
        var time = new FakeTime();
        List<long> seen = [];
        using ITimer timer = time.CreateTimer(
            _ => seen.Add(time.GetTimestamp()), null, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(300));

        time.Advance(TimeSpan.FromMilliseconds(1650));

        Assert.Equal([10_000_000, 13_000_000, 16_000_000], seen);
        Assert.Equal(16_500_000, time.GetTimestamp());
    }

    [Fact]
    public void A_timer_is_counted_until_it_is_disposed_and_then_no_longer_fires()
    {
        var time = new FakeTime();
        int fired = 0;
        ITimer timer = time.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((1, 1), (fired, time.Timers));

        timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        timer.Dispose();
        timer.Dispose();
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((1, 0), (fired, time.Timers));
    }

    [Fact]
    public void An_adjustment_of_UTC_neither_fires_nor_moves_a_timer()
    {
        var time = new FakeTime();
        int fired = 0;
        using ITimer timer = time.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);

        time.AdjustTime(time.GetUtcNow().AddHours(1));
        time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.Equal((0, 99_999_999), (fired, time.GetTimestamp()));
        time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(1, fired);
    }

    [Fact]
    public void A_timer_that_is_due_immediately_fires_at_the_next_advance()
    {
        var time = new FakeTime();
        int fired = 0;
        using ITimer timer = time.CreateTimer(_ => fired++, null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        Assert.Equal(0, fired);

        time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(1, fired);
    }
}
