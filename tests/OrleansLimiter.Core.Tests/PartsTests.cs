namespace OrleansLimiter.Core.Tests;

/// <summary>An acquisition with a different cost for each rule is remembered in parts, which end together.</summary>
public sealed class PartsTests
{
    private static readonly GroupRules s_rules = new(
        [.. Enumerable.Range(0, 3).Select(i => new BucketRule($"{i}", new(Algorithm.FixedWindow, 10, TimeSpan.FromSeconds(60))))],
        new(1, 0));

    private static readonly GroupRules s_costs = s_rules.WithCosts([new(1, 1), new(2, 2), new(0, 4)]);

    private readonly BucketGroup _group = new();
    private readonly OperationId _id = OperationId.New();

    [Fact]
    public void It_counts_once_and_is_canceled_as_a_whole()
    {
        Acquire(_id);
        GroupReply again = Acquire(_id);

        Assert.Equal((GroupOutcome.Allowed, GroupNotes.None), (again.Outcome, again.Notes));
        Assert.Equal([9, 8, 10], Remaining(_group));

        _group.Execute(BucketOperation.Cancel(s_costs, 1, _id), One.At(1));
        _group.Execute(BucketOperation.Cancel(s_costs, 1, _id), One.At(1));

        Assert.Equal([10, 10, 10], Remaining(_group));
        Assert.Equal(GroupOutcome.Refused, Acquire(_id).Outcome);
    }

    [Fact]
    public void It_is_committed_as_a_whole()
    {
        _group.Execute(new(OperationKind.Reserve, s_rules.WithCosts([new(9, 9), new(10, 10), new(0, 1)]), 1, _id), One.At(1));
        Assert.True(Acquire(OperationId.None).Contended);

        _group.Execute(BucketOperation.Commit(_id), One.At(1));

        Assert.False(Acquire(OperationId.None).Contended);
        Assert.Equal([1, 0, 10], Remaining(_group));
    }

    [Fact]
    public void Its_refusal_is_contended_only_if_reservations_are_the_cause_in_every_bucket()
    {
        _group.Execute(BucketOperation.Acquire(s_rules.WithCosts([new(0, 1), new(0, 1), new(7, 7)]), 1), One.At(1));
        _group.Execute(new(OperationKind.Reserve, s_rules.WithCosts([new(10, 10), new(0, 1), new(0, 1)]), 1, _id), One.At(1));

        Assert.False(Acquire(OperationId.None).Contended);
        Assert.True(_group.Execute(BucketOperation.Read(s_rules.WithCosts([new(1, 1), new(2, 2), new(0, 3)]), 1), One.At(1)).Contended);
    }

    [Fact]
    public void A_snapshot_continues_its_parts()
    {
        Acquire(_id);
        var moved = new BucketGroup();
        GroupSnapshot.Restore(moved, GroupSnapshot.Save(_group, One.At(1)), One.At(1));

        moved.Execute(BucketOperation.Cancel(s_costs, 1, _id), One.At(1));

        Assert.Equal([10, 10, 10], Remaining(moved));
    }

    [Fact]
    public void Merged_with_an_older_state_it_still_counts_once()
    {
        var older = new BucketGroup();
        Acquire(_id);
        GroupSnapshot.Restore(older, GroupSnapshot.Save(_group, One.At(1)), One.At(1));
        _group.Execute(BucketOperation.Acquire(s_rules, 1), One.At(1));

        _group.Merge(older, One.At(1));

        Assert.Equal([8, 7, 9], Remaining(_group));
        Assert.Equal(GroupOutcome.Allowed, Acquire(_id).Outcome);
        Assert.Equal([8, 7, 9], Remaining(_group));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 0)]
    [InlineData(2, 1)]
    public void Costs_that_make_no_sense_are_an_error(int charged, int needed)
    {
        Assert.Throws<ArgumentException>(() => s_rules.WithCosts([new(charged, needed), new(1, 1), new(1, 1)]));
        Assert.Throws<ArgumentException>(() => s_rules.WithCosts([new(1, 1)]));
    }

    private GroupReply Acquire(OperationId id) => _group.Execute(BucketOperation.Acquire(s_costs, 1, id), One.At(1));

    private static int[] Remaining(BucketGroup group)
    {
        GroupReply reply = group.Read(s_rules, 1, One.At(1));
        return [.. Enumerable.Range(0, 3).Select(i => reply.Readings[i].Remaining)];
    }
}
