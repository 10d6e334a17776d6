using static OrleansLimiter.Core.Tests.One;

namespace OrleansLimiter.Core.Tests;

public class GroupBoundTests
{
    private static readonly Rule Minute = new(Algorithm.RollingWindow, 5, TimeSpan.FromSeconds(60));
    private static readonly Rule Second = new(Algorithm.RollingWindow, 5, TimeSpan.FromSeconds(1));

    private readonly BucketGroup _group = new();

    [Fact]
    public void A_full_group_refuses_a_new_bucket_and_goes_on_with_those_it_has()
    {
        Fill(BucketGroup.MaxBuckets, Minute);

        GroupReply reply = _group.Acquire(Ask(1, ("one more", Minute)), 1, At(0));

        Assert.Equal((GroupOutcome.Unavailable, GroupNotes.TooManyGroups, 0), (reply.Outcome, reply.Notes, reply.Readings.Count));
        Assert.Equal(GroupOutcome.Allowed, _group.Acquire(Ask(1, ("0", Minute), ("1", Minute)), 1, At(0)).Outcome);
    }

    [Fact]
    public void Of_two_new_buckets_none_is_opened_when_there_is_room_for_one()
    {
        Fill(BucketGroup.MaxBuckets - 1, Minute);

        Assert.Equal(
            GroupOutcome.Unavailable, _group.Acquire(Ask(1, ("one", Minute), ("two", Minute), ("0", Minute)), 1, At(0)).Outcome);

        Assert.Equal(BucketGroup.MaxBuckets - 1, _group.Usage(At(0)).Count);
        Assert.Equal(GroupOutcome.Allowed, _group.Acquire(Ask(1, ("one", Minute)), 1, At(0)).Outcome);
    }

    [Fact]
    public void A_full_group_makes_room_by_dropping_what_has_decayed()
    {
        Fill(BucketGroup.MaxBuckets - 1, Second);
        _group.Acquire(Ask(1, ("living", Minute)), 2, At(0));

        Assert.Equal(GroupOutcome.Allowed, _group.Acquire(Ask(1, ("one", Minute), ("two", Minute)), 1, At(2)).Outcome);

        Assert.Equal(3, _group.Usage(At(2)).Count);
        Assert.Equal(3, _group.Read(Ask(1, ("living", Minute)), 1, At(2)).Readings[0].Remaining);
    }

    [Fact]
    public void Making_room_does_not_forget_the_newer_rule_of_an_empty_bucket_that_is_asked()
    {
        Fill(BucketGroup.MaxBuckets - 1, Second);
        var newer = new Rule(Algorithm.RollingWindow, 9, TimeSpan.FromSeconds(1));
        _group.Acquire(Ask(2, ("changed", newer)), 1, At(0));

        GroupReply reply = _group.Acquire(Ask(1, ("changed", Second), ("new", Minute)), 5, At(2));

        Assert.Equal((GroupOutcome.Allowed, GroupNotes.StaleGeneration), (reply.Outcome, reply.Notes));
        Assert.Equal((9, 4), (reply.Readings[0].Limit, reply.Readings[0].Remaining));
    }

    [Fact]
    public void An_acquisition_of_a_bucket_that_was_dropped_gives_nothing_back_to_its_successor()
    {
        // Both acquisitions lie on one step of the longer window's grid.
        var brief = new Rule(Algorithm.RollingWindow, 5, TimeSpan.FromMilliseconds(1));
        var longer = new Rule(Algorithm.RollingWindow, 5, TimeSpan.FromHours(1));
        Instant first = new(1);
        Instant second = first + brief.Window;
        var old = OperationId.New();
        _group.Acquire(Ask(1, ("a", brief)), 5, first, old);
        Assert.False(_group.Trim(second));
        _group.Acquire(Ask(1, ("a", longer)), 5, second);

        _group.Cancel(old, second);

        Assert.Equal(0, _group.Read(Ask(1, ("a", longer)), 1, second).Readings[0].Remaining);
    }

    [Fact]
    public void Nothing_is_left_to_keep_once_buckets_have_decayed_and_ids_are_forgotten()
    {
        _group.Acquire(Ask(1, ("a", Second)), 1, At(0), OperationId.New());

        Assert.False(_group.Trim(At(1)));
        Assert.True(_group.Trim(At(2)));
    }

    [Fact]
    public void Looking_opens_no_bucket()
    {
        _group.Read(Ask(1, ("a", Minute), ("b", Second)), 1, At(0));

        Assert.True(_group.Trim(At(0)));
    }

    [Fact]
    public void An_acquisition_that_one_bucket_refuses_opens_no_other()
    {
        _group.Acquire(Ask(1, ("full", Minute)), 5, At(0));

        Assert.Equal(GroupOutcome.Refused, _group.Acquire(Ask(1, ("new", Second), ("full", Minute)), 1, At(0)).Outcome);

        Assert.Equal("full", Assert.Single(_group.Usage(At(0))).Bucket);
    }

    [Fact]
    public void Usage_tells_every_bucket_that_remembers_something()
    {
        _group.Acquire(Ask(1, ("a", Minute)), 2, At(0));
        _group.Acquire(Ask(1, ("b", Second)), 2, At(0));

        (string bucket, Rule rule, Reading reading) = Assert.Single(_group.Usage(At(1.5)));
        Assert.Equal(("a", Minute, 3), (bucket, rule, reading.Remaining));
    }

    [Fact]
    public void A_reset_forgets_what_was_taken_and_what_could_be_cancelled()
    {
        OperationId reserved = _group.AcquireAll(Ask(1, ("a", Minute)), at: 0, reserve: true, 5)[0];

        _group.Reset();
        _group.Acquire(Ask(1, ("a", Minute)), 5, At(0));
        _group.Cancel(reserved, At(0));

        Assert.Equal(0, _group.Read(Ask(1, ("a", Minute)), 1, At(0)).Readings[0].Remaining);
    }

    private static GroupRules Ask(int policy, params (string Bucket, Rule Rule)[] rules) =>
        Models.Scripts.Ask(new(policy, 0), rules);

    private void Fill(int buckets, Rule rule)
    {
        for (int i = 0; i < buckets; i++)
        {
            _group.Acquire(Ask(1, ($"{i}", rule)), 1, At(0));
        }
    }
}
