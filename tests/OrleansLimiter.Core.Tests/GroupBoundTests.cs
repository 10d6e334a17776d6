using static OrleansLimiter.Core.Tests.One;

namespace OrleansLimiter.Core.Tests;

public class GroupBoundTests
{
    private static readonly Rule Minute = new(Algorithm.RollingWindow, 5, TimeSpan.FromSeconds(60));
    private static readonly Rule Second = new(Algorithm.RollingWindow, 5, TimeSpan.FromSeconds(1));

    private readonly BucketGroup _group = new();

    [Fact]
    public void A_full_group_refuses_a_new_bucket_and_continues_with_existing_ones()
    {
        Fill(BucketGroup.MaxBuckets, Minute);

        GroupReply reply = _group.Acquire(Ask(1, ("one more", Minute)), 1, At(0));

        Assert.Equal(
            (GroupOutcome.Unavailable, GroupNotes.TooManyGroups | GroupNotes.TooManyGroupsOfAccount, 0),
            (reply.Outcome, reply.Notes, reply.Readings.Count));
        Assert.Equal(GroupOutcome.Allowed, _group.Acquire(Ask(1, ("0", Minute), ("1", Minute)), 1, At(0)).Outcome);
    }

    [Fact]
    public void No_bucket_is_created_when_only_one_of_two_new_buckets_fits()
    {
        Fill(BucketGroup.MaxBuckets - 1, Minute);

        Assert.Equal(
            GroupOutcome.Unavailable, _group.Acquire(Ask(1, ("one", Minute), ("two", Minute), ("0", Minute)), 1, At(0)).Outcome);

        Assert.Equal(BucketGroup.MaxBuckets - 1, _group.Usage(At(0)).Count);
        Assert.Equal(GroupOutcome.Allowed, _group.Acquire(Ask(1, ("one", Minute)), 1, At(0)).Outcome);
    }

    [Fact]
    public void A_full_group_drops_decayed_buckets_for_a_new_one()
    {
        Fill(BucketGroup.MaxBuckets - 1, Second);
        _group.Acquire(Ask(1, ("living", Minute)), 2, At(0));

        Assert.Equal(GroupOutcome.Allowed, _group.Acquire(Ask(1, ("one", Minute), ("two", Minute)), 1, At(2)).Outcome);

        Assert.Equal(3, _group.Usage(At(2)).Count);
        Assert.Equal(3, _group.Read(Ask(1, ("living", Minute)), 1, At(2)).Readings[0].Remaining);
    }

    [Fact]
    public void Dropping_decayed_buckets_keeps_the_newer_rule_of_an_empty_bucket_of_the_operation()
    {
        Fill(BucketGroup.MaxBuckets - 1, Second);
        var newer = new Rule(Algorithm.RollingWindow, 9, TimeSpan.FromSeconds(1));
        _group.Acquire(Ask(2, ("changed", newer)), 1, At(0));

        GroupReply reply = _group.Acquire(Ask(1, ("changed", Second), ("new", Minute)), 5, At(2));

        Assert.Equal((GroupOutcome.Allowed, GroupNotes.StaleGeneration), (reply.Outcome, reply.Notes));
        Assert.Equal((9, 4), (reply.Readings[0].Limit, reply.Readings[0].Remaining));
    }

    [Fact]
    public void Canceling_an_acquisition_of_a_dropped_bucket_returns_nothing_to_its_successor()
    {
        // Both acquisitions are in one step of the grid of the longer window.
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
    public void A_group_has_decayed_once_its_buckets_have_decayed_and_no_id_is_remembered()
    {
        _group.Acquire(Ask(1, ("a", Second)), 1, At(0), OperationId.New());

        Assert.False(_group.Trim(At(1)));
        Assert.True(_group.Trim(At(2)));
    }

    [Fact]
    public void Reading_creates_no_bucket()
    {
        _group.Read(Ask(1, ("a", Minute), ("b", Second)), 1, At(0));

        Assert.True(_group.Trim(At(0)));
    }

    [Fact]
    public void An_acquisition_that_one_bucket_refuses_creates_no_other_bucket()
    {
        _group.Acquire(Ask(1, ("full", Minute)), 5, At(0));

        Assert.Equal(GroupOutcome.Refused, _group.Acquire(Ask(1, ("new", Second), ("full", Minute)), 1, At(0)).Outcome);

        Assert.Equal("full", Assert.Single(_group.Usage(At(0))).Bucket);
    }

    [Fact]
    public void Usage_lists_every_bucket_that_has_not_decayed()
    {
        _group.Acquire(Ask(1, ("a", Minute)), 2, At(0));
        _group.Acquire(Ask(1, ("b", Second)), 2, At(0));

        (string bucket, Rule rule, Reading reading) = Assert.Single(_group.Usage(At(1.5)));
        Assert.Equal(("a", Minute, 3), (bucket, rule, reading.Remaining));
    }

    [Fact]
    public void A_reset_removes_acquired_permits_and_acquisitions_that_could_be_canceled()
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
