using static OrleansLimiter.Core.Tests.InProcess;

namespace OrleansLimiter.Core.Tests;

/// <summary>Joint acquisitions in the in-process store, beyond the contract of all stores.</summary>
public sealed class JointAcquisitionTests : IDisposable
{
    private static readonly GroupRules s_rules = Rules(Algorithm.FixedWindow, permits: 100, seconds: 3600);

    private readonly InProcess _store = new();
    private readonly GroupKey[] _keys = [GroupKey.ForEndpoint("policy", Key(0).Account, "e", "live"), Key(0)];

    [Fact]
    public void A_request_has_at_most_one_group_of_each_scope() => Assert.Equal(GroupKeys.Length, ScopeDescriptor.All.Length);

    [Fact]
    public void The_fast_path_applies_to_living_groups_with_the_same_rules_only()
    {
        Assert.False(TryAcquireAll(s_rules));
        Acquire(OperationId.None);

        Assert.True(TryAcquireAll(s_rules));
        Assert.False(TryAcquireAll(new([new("limit", s_rules.Rules[0].Rule)], new(1, 1))));
        Assert.False(TryAcquireAll(new([new("other", s_rules.Rules[0].Rule)], new(1, 0))));
        Assert.Equal([98, 98], _keys.Select(key => _store.Read(key, s_rules).Remaining()));
    }

    [Fact]
    public void The_fast_path_applies_again_when_the_ids_of_earlier_acquisitions_are_forgotten()
    {
        Acquire(OperationId.New());
        Assert.False(TryAcquireAll(s_rules));

        _store.Advance(BucketGroup.IdempotencyWindow.TotalSeconds);
        Acquire(OperationId.None);

        Assert.True(TryAcquireAll(s_rules));
        Assert.True(_store.Store.TryAcquire(_keys[0], s_rules, 1, out Reading reading, out _));
        Assert.Equal(96, reading.Remaining);
    }

    [Fact]
    public void A_group_that_the_sweep_has_ended_is_replaced_by_a_new_one()
    {
        GroupRules quick = Rules(Algorithm.FixedWindow, permits: 100, seconds: 1);
        Acquire(OperationId.None, quick);

        _store.Advance(11);
        Acquire(OperationId.None, quick);

        Assert.Equal([99, 99], _keys.Select(key => _store.Read(key, quick).Remaining()));
        Assert.Equal((2, 2), (_store.Living.Count, _store.Living.Swept));
    }

    [Fact]
    public void A_group_lives_as_long_as_a_joint_acquisition_is_counted_or_remembered()
    {
        GroupRules quick = Rules(Algorithm.FixedWindow, permits: 100, seconds: 0.5);
        Acquire(OperationId.New(), quick);

        _store.Advance(1.9);
        Assert.Equal(2, _store.Living.Count);
        Assert.Equal([99, 99], Acquire(OperationId.None, quick).Select(reply => reply.Remaining()));

        _store.Advance(20);
        Assert.Equal(0, _store.Living.Count);
    }

    public void Dispose() => _store.Dispose();

    private bool TryAcquireAll(GroupRules rules) => _store.Store.TryAcquireAll(_keys, [rules, rules], 1, new Reading[2], out _);

    private GroupReply[] Acquire(OperationId id, GroupRules? rules = null)
    {
        var acquire = BucketOperation.Acquire(rules ?? s_rules, 1, id);
        GroupReply[] replies = _store.AcquireAll([.. _keys.Select(key => new GroupRequest(key, acquire))])!;
        Assert.All(replies, reply => Assert.Equal(GroupOutcome.Allowed, reply.Outcome));
        return replies;
    }
}
