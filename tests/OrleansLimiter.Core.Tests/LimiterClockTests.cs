using OrleansLimiter.Testing;

namespace OrleansLimiter.Core.Tests;

public class LimiterClockTests
{
    [Fact]
    public void Monotonic_time_starts_at_zero_and_follows_the_provider_to_the_tick()
    {
        var time = new FakeTime();
        time.Advance(TimeSpan.FromDays(40));
        var clock = new LimiterClock(time);

        Assert.Equal(0, clock.Now.Ticks);
        time.Advance(new TimeSpan(123_456_789));
        Assert.Equal(123_456_789, clock.Now.Ticks);
    }

    [Fact]
    public void A_step_of_the_wall_clock_changes_reported_times_and_no_decision()
    {
        var time = new FakeTime();
        var clock = new LimiterClock(time);
        DateTimeOffset before = clock.UtcNow;

        time.AdjustTime(before.AddHours(-3));

        Assert.Equal((0, before.AddHours(-3)), (clock.Now.Ticks, clock.UtcNow));
    }

    [Theory]
    [InlineData(1_000_000_000, 199, 1)]
    [InlineData(1_000_000_000, 3_153_600_000_000_000_000, 31_536_000_000_000_000)]
    [InlineData(10_000_000, 7, 7)]
    [InlineData(24_000_000, 24, 10)]
    [InlineData(24_000_000, 9_000_000_000_000_000_000, 3_750_000_000_000_000_000)]
    [InlineData(3_000_000, 1, 3)]
    public void Timestamps_of_any_frequency_are_converted_to_ticks_and_rounded_down(long frequency, long elapsed, long ticks)
    {
        var time = new Counter(frequency);
        var clock = new LimiterClock(time);

        time.Stamp += elapsed;

        Assert.Equal(ticks, clock.Now.Ticks);
    }

    private sealed class Counter(long frequency) : TimeProvider
    {
        public long Stamp { get; set; } = 5;

        public override long TimestampFrequency => frequency;

        public override long GetTimestamp() => Stamp;
    }
}
