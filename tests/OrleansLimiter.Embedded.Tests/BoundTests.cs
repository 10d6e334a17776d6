using static OrleansLimiter.Embedded.Tests.Engine;

namespace OrleansLimiter.Embedded.Tests;

public sealed class BoundTests : IDisposable
{
    private static readonly GroupRules Minute = Rules(Algorithm.FixedWindow, permits: 5);
    private static readonly GroupRules Second = Rules(Algorithm.FixedWindow, permits: 5, seconds: 1);

    private readonly Engine _engine = new(maxGroups: 20);

    [Fact]
    public void Past_the_bound_a_new_key_is_refused_clearly_and_living_ones_go_on()
    {
        Fill(20, Minute);

        GroupReply reply = _engine.Take(20, Minute);

        Assert.Equal((GroupOutcome.Unavailable, GroupNotes.TooManyGroups, 0), (reply.Outcome, reply.Notes, reply.Readings.Count));
        Assert.Equal((1, 20, 20), (_engine.Groups.BoundReached, _engine.Groups.LivingGroups, _engine.Groups.MaxGroups));
        Assert.Equal((GroupOutcome.Allowed, 3), (_engine.Take(0, Minute).Outcome, _engine.Read(0, Minute).Remaining()));
    }

    [Fact]
    public void Looking_at_a_new_key_is_never_refused_by_the_bound()
    {
        Fill(20, Minute);

        Assert.Equal((GroupOutcome.Allowed, 5), (_engine.Read(20, Minute).Outcome, _engine.Read(20, Minute).Remaining()));
        Assert.Equal(0, _engine.Groups.BoundReached);
    }

    [Fact]
    public void Near_the_bound_the_sweep_makes_room_within_a_second()
    {
        Fill(18, Second);

        _engine.Advance(1);

        Assert.Equal(0, _engine.Groups.LivingGroups);
        Fill(20, Minute);
        Assert.Equal((0, 20), (_engine.Groups.BoundReached, _engine.Groups.LivingGroups));
    }

    [Fact]
    public void Threads_that_open_more_keys_than_there_is_room_for_open_exactly_the_bound()
    {
        int opened = 0;

        ConcurrencyTests.Run(thread =>
        {
            for (int i = 0; i < 20; i++)
            {
                GroupReply reply = _engine.Take(thread * 20 + i, Minute);
                Interlocked.Add(ref opened, reply.Outcome == GroupOutcome.Allowed ? 1 : 0);
            }
        });

        Assert.Equal((20, 20), (opened, _engine.Groups.LivingGroups));
        Assert.Equal(140, _engine.Groups.BoundReached);
    }

    [Theory]
    [InlineData(5, 6)]
    [InlineData(0, 1)]
    public void A_take_that_can_never_succeed_opens_nothing(int permits, int cost)
    {
        GroupReply reply = _engine.Take(0, Rules(Algorithm.TokenBucket, permits), cost);

        Assert.Equal((GroupOutcome.Refused, Verdict.Never), (reply.Outcome, reply.Readings[0].Verdict));
        Assert.Equal(0, _engine.Groups.LivingGroups);
    }

    [Fact]
    public void Looking_confirming_and_returning_open_nothing()
    {
        _engine.Read(0, Minute);
        _engine.Groups.ConfirmAsync(Key(0), TakeId.New());
        _engine.Groups.ReturnAsync(Key(0), Minute, 1, TakeId.New());

        Assert.Equal(0, _engine.Groups.LivingGroups);
    }

    [Fact]
    public void A_group_that_was_reset_lives_until_the_sweep()
    {
        _engine.Take(0, Minute, 5);

        Assert.Equal(1, _engine.Reset(0));
        Assert.Equal(1, _engine.Groups.LivingGroups);

        _engine.Advance(10);
        Assert.Equal(0, _engine.Groups.LivingGroups);
        Assert.Equal(0, _engine.Reset(0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_bound_below_one_is_a_mistake(int maxGroups) =>
        Assert.Throws<ArgumentOutOfRangeException>("maxGroups", () => new EmbeddedGroups(new(new FakeTime()), maxGroups));

    public void Dispose() => _engine.Dispose();

    private void Fill(int groups, GroupRules rules)
    {
        for (int i = 0; i < groups; i++)
        {
            Assert.Equal(GroupOutcome.Allowed, _engine.Take(i, rules).Outcome);
        }
    }
}
