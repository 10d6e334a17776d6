using FsCheck;
using FsCheck.Fluent;
using OrleansLimiter.Core.Tests.Models;

namespace OrleansLimiter.Core.Tests;

/// <summary>Guarantees of a reading about the future, after any operations.</summary>
public class ReadingPromiseTests
{
    private static readonly TimeSpan Tick = new(1);

    [Fact]
    public void Waiting_exactly_retry_after_is_enough_and_a_tick_less_is_not() => AfterAnything((group, rules, now) =>
    {
        for (int cost = 1; cost <= rules.Rules[0].Rule.Capacity; cost = cost * 3 + 1)
        {
            GroupReply reply = group.Read(rules, cost, now);
            if (reply.Outcome == GroupOutcome.Refused && !reply.Contended)
            {
                Instant then = now + reply.Readings[0].RetryAfter;
                Assert.Equal(Verdict.Wait, group.Read(rules, cost, then - Tick).Readings[0].Verdict);
                Assert.Equal(GroupOutcome.Allowed, group.Read(rules, cost, then).Outcome);
                now = then;
            }
        }
    });

    [Theory]
    [InlineData(TimeSpan.TicksPerMillisecond)]
    [InlineData(TimeSpan.TicksPerSecond)]
    public void Waiting_retry_after_rounded_up_to_whole_milliseconds_or_seconds_is_enough(long unit) => AfterAnything((group, rules, now) =>
    {
        for (int cost = 1; cost <= rules.Rules[0].Rule.Capacity; cost = cost * 3 + 1)
        {
            GroupReply reply = group.Read(rules, cost, now);
            if (reply.Outcome == GroupOutcome.Refused && !reply.Contended)
            {
                now += RoundedUp(reply.Readings[0].RetryAfter, unit);
                Assert.Equal(GroupOutcome.Allowed, group.Read(rules, cost, now).Outcome);
            }
        }
    });

    [Theory]
    [InlineData(1)]
    [InlineData(TimeSpan.TicksPerMillisecond)]
    [InlineData(TimeSpan.TicksPerSecond)]
    public void No_reported_time_is_longer_than_the_window_in_ticks_milliseconds_or_seconds(long unit) =>
        AfterAnything((group, rules, now) =>
        {
            Rule rule = rules.Rules[0].Rule;
            for (int cost = 1; cost <= rule.Capacity && IsWindow(rule); cost = cost * 3 + 1)
            {
                Reading reading = group.Read(rules, cost, now).Readings[0];
                Assert.All(
                    [reading.Next, reading.Reset, reading.RetryAfter],
                    time => Assert.InRange(RoundedUp(time, unit), TimeSpan.Zero, RoundedUp(rule.Window, unit)));
            }
        });

    [Fact]
    public void The_first_acquisition_of_a_window_reports_exactly_the_window() => AfterAnything((group, rules, now) =>
    {
        Rule rule = rules.Rules[0].Rule;
        group.Reset();
        if (IsWindow(rule) && rule.Capacity > 0)
        {
            Reading reading = group.Acquire(rules, 1, now).Readings[0];
            Assert.Equal((rule.Window, rule.Window), (reading.Next, reading.Reset));
        }
    });

    [Fact]
    public void After_exactly_next_more_remains_and_a_tick_before_it_does_not() => AfterAnything((group, rules, now) =>
    {
        GroupReply reply = group.Read(rules, 1, now);
        Reading reading = reply.Readings[0];
        Assert.InRange(reading.Next, TimeSpan.Zero, reading.Reset);
        Assert.Equal(reading.Remaining == reading.Limit, reading.Next == TimeSpan.Zero);
        if (reading.Next > TimeSpan.Zero && !reply.Contended)
        {
            Assert.Equal(reading.Remaining, group.Read(rules, 1, now + reading.Next - Tick).Readings[0].Remaining);
            Assert.True(group.Read(rules, 1, now + reading.Next).Readings[0].Remaining > reading.Remaining);
        }
    });

    [Fact]
    public void After_exactly_the_reset_the_bucket_is_full_and_a_tick_before_it_is_not() => AfterAnything((group, rules, now) =>
    {
        Reading reading = group.Read(rules, 1, now).Readings[0];
        if (reading.Reset > TimeSpan.Zero)
        {
            Reading before = group.Read(rules, 1, now + reading.Reset - Tick).Readings[0];
            Assert.True(before.Remaining < before.Limit);
            Assert.Equal(Tick, before.Reset);
        }

        Reading full = group.Read(rules, 1, now + reading.Reset).Readings[0];
        Assert.Equal((full.Limit, TimeSpan.Zero), (full.Remaining, full.Reset));
        Assert.Empty(group.Usage(now + reading.Reset));
    });

    [Fact]
    public void Remaining_is_never_negative_and_can_be_acquired_completely() => AfterAnything((group, rules, now) =>
    {
        Reading reading = group.Read(rules, 1, now).Readings[0];
        Assert.InRange(reading.Remaining, 0, reading.Limit);
        Assert.NotEqual(GroupOutcome.Allowed, group.Acquire(rules, reading.Remaining + 1, now).Outcome);
        if (reading.Remaining > 0)
        {
            Assert.Equal(0, group.Acquire(rules, reading.Remaining, now).Readings[0].Remaining);
        }
    });

    [Fact]
    public void A_cost_above_the_capacity_is_always_refused_without_a_retry_after() => AfterAnything((group, rules, now) =>
    {
        GroupReply reply = group.Acquire(rules, rules.Rules[0].Rule.Capacity + 1, now);
        Assert.Equal((GroupOutcome.Refused, GroupNotes.None), (reply.Outcome, reply.Notes));
        Assert.Equal((Verdict.Never, TimeSpan.Zero), (reply.Readings[0].Verdict, reply.Readings[0].RetryAfter));
    });

    [Fact]
    public void A_refused_acquisition_leaves_every_reading_as_it_was() => AfterAnything((group, rules, now) =>
    {
        GroupReply before = group.Read(rules, 1, now);
        GroupReply refused = group.Acquire(rules, before.Readings[0].Remaining + 1, now, OperationId.New());
        Assert.Equal(GroupOutcome.Refused, refused.Outcome);
        Assert.Equal(before.Readings[0], group.Read(rules, 1, now).Readings[0]);
    });

    private static bool IsWindow(Rule rule) => rule.Algorithm is Algorithm.RollingWindow or Algorithm.FixedWindow;

    private static TimeSpan RoundedUp(TimeSpan span, long unit) => new((span.Ticks + unit - 1) / unit * unit);

    private static void AfterAnything(Action<BucketGroup, GroupRules, Instant> look) => Scripts.Check(
        Scripts.One(SomeRules.All),
        script =>
        {
            var played = new SideBySide(script, new(script.Seed));
            played.PlayAll();
            look(played.Group, script.Questions[0], played.Now);
        });
}
