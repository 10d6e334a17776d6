using FsCheck;
using FsCheck.Fluent;
using OrleansLimiter.Core.Tests.Models;
using static OrleansLimiter.Core.Tests.One;

namespace OrleansLimiter.Core.Tests.Stores;

/// <summary>A group that continues a group of another process.</summary>
public sealed class HandOverTests : IDisposable
{
    private static readonly GroupRules s_rules = Rule(Algorithm.FixedWindow, permits: 10, seconds: 60);

    private readonly FakeTime _time = new();
    private readonly LivingGroups _groups;
    private readonly LimiterClock _clock;

    public HandOverTests() => _groups = new(_clock = new(_time), 2, () => { });

    public void Dispose() => _groups.Dispose();

    [Fact]
    public void A_group_that_is_handed_over_has_ended_and_its_state_contains_everything_that_was_counted()
    {
        BucketGroupEntry first = Used(s_rules, 4);
        byte[]? state = first.TryHandOver(_groups, out _);

        Assert.Equal((true, 0), (first.HasEnded, _groups.Count));
        Assert.False(first.TryExecute(BucketOperation.Acquire(s_rules, 1), _groups, out _));
        var second = new BucketGroupEntry();
        Assert.True(second.TryReceive(state!, _clock.Now, false, _groups));
        Assert.Equal((6, 1), (RemainingIn(second, s_rules), _groups.Count));
    }

    [Fact]
    public void A_group_that_is_not_living_has_nothing_to_hand_over() => Assert.Null(new BucketGroupEntry().TryHandOver(_groups, out _));

    [Fact]
    public void What_was_consumed_before_the_hand_over_is_added_to_a_group_that_is_in_use_already() => Check(
        from rule in Gen.Elements(SomeRules.All)
        from before in Gen.Choose(1, Math.Max(1, rule.Capacity))
        from meanwhile in Gen.Choose(1, Math.Max(1, rule.Capacity))
        select (rule, before, meanwhile),
        drawn =>
        {
            (Rule rule, int before, int meanwhile) = drawn;
            GroupRules rules = Scripts.Ask(new(1, 0), ("a", rule));
            using var living = new LivingGroups(_clock, 2, () => { });
            BucketGroupEntry first = Used(rules, before, living);
            byte[]? state = first.TryHandOver(living, out _);
            Instant savedAt = _clock.Now;
            BucketGroupEntry second = Used(rules, meanwhile, living);

            bool received = state is null || second.TryReceive(state, savedAt, false, living);

            int expected = rule.Capacity == 0 ? 0 : (int)Math.Max(0, (long)rule.Capacity - before - meanwhile);
            return received && RemainingIn(second, rules) == expected && living.Count == (rule.Capacity == 0 ? 0 : 1);
        });

    [Fact]
    public void Never_more_remains_in_a_window_than_what_both_groups_together_leave() => Check(
        from rule in Gen.Elements<Rule>([.. SomeRules.Rolling, .. SomeRules.Slots, .. SomeRules.Fixed])
        from before in Gen.Choose(1, Math.Max(1, rule.Capacity))
        from meanwhile in Gen.Choose(1, Math.Max(1, rule.Capacity))
        from thirds in Gen.Choose(0, 7)
        select (rule, before, meanwhile, thirds),
        drawn =>
        {
            (Rule rule, int before, int meanwhile, int thirds) = drawn;
            GroupRules rules = Scripts.Ask(new(1, 0), ("a", rule));
            var first = new BucketGroup();
            first.Acquire(rules, before, At(1));
            Instant later = At(1) + new TimeSpan(rule.Window.Ticks / 3);
            var second = new BucketGroup();
            second.Acquire(rules, meanwhile, later);
            var both = new BucketGroup();
            both.Acquire(rules, meanwhile, later);
            both.Add(Copy(first, later), later);

            Instant then = later + new TimeSpan(rule.Window.Ticks / 3 * thirds);
            long left = (long)Remaining(first, rules, then) + Remaining(second, rules, then) - rule.Capacity;
            return Remaining(both, rules, then) <= Math.Max(0, left);
        });

    [Fact]
    public void A_bucket_that_only_the_other_group_has_is_continued_and_its_leased_permits_count_as_used()
    {
        GroupRules other = new([new("other", new(Algorithm.FixedWindow, 20, TimeSpan.FromSeconds(60)))], new(1, 0)) { MayLease = true };
        BucketGroupEntry first = Used(other, 4);
        Assert.True(first.TryLease(other, 3, TimeSpan.FromSeconds(1), new(1), _groups, default, 0, out QuotaLeaseReply lease));
        Assert.Equal(3, lease.Permits);
        byte[] state = first.TryHandOver(_groups, out _)!;
        BucketGroupEntry second = Used(s_rules, 1);

        Assert.True(second.TryReceive(state, _clock.Now, false, _groups));

        Assert.Equal((9, 13), (RemainingIn(second, s_rules), RemainingIn(second, other)));
    }

    [Fact]
    public void Only_acquisitions_after_the_hand_over_can_be_canceled_in_a_group_that_was_in_use_already()
    {
        byte[] state = Used(s_rules, 2).TryHandOver(_groups, out _)!;
        BucketGroupEntry second = new();
        Acquire(second, 3, new(1));
        Assert.True(second.TryReceive(state, _clock.Now, false, _groups));
        Acquire(second, 1, new(2));

        Cancel(second, 3, new(1));
        Assert.Equal(4, RemainingIn(second, s_rules));
        Cancel(second, 1, new(2));
        Assert.Equal(5, RemainingIn(second, s_rules));
    }

    [Fact]
    public void A_damaged_state_changes_nothing_in_a_group_that_is_in_use_already()
    {
        BucketGroupEntry group = Used(s_rules, 4);

        Assert.Throws<FormatException>(() => group.TryReceive([1, 2, 3], _clock.Now, false, _groups));

        Assert.Equal((6, 1), (RemainingIn(group, s_rules), _groups.Count));
    }

    [Fact]
    public void A_state_is_not_received_above_the_bound_or_by_a_group_that_has_ended()
    {
        byte[] state = Used(s_rules, 1).TryHandOver(_groups, out _)!;
        BucketGroupEntry ended = Used(s_rules, 1);
        ended.End(_groups);
        Assert.False(ended.TryReceive(state, _clock.Now, false, _groups));
        (_, _) = (Used(s_rules, 1), Used(s_rules, 1));

        Assert.False(new BucketGroupEntry().TryReceive(state, _clock.Now, false, _groups));
        Assert.Equal(2, _groups.Count);
    }

    private static void Check<T>(Gen<T> drawn, Func<T, bool> holds) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Arb.From(drawn), holds));

    private static BucketGroup Copy(BucketGroup group, Instant now)
    {
        var copy = new BucketGroup();
        GroupSnapshot.Restore(copy, GroupSnapshot.Save(group, now), now);
        return copy;
    }

    private static int Remaining(BucketGroup group, GroupRules rules, Instant now) => group.Read(rules, 1, now).Readings[0].Remaining;

    private BucketGroupEntry Used(GroupRules rules, int cost) => Used(rules, cost, _groups);

    private static BucketGroupEntry Used(GroupRules rules, int cost, LivingGroups living)
    {
        var group = new BucketGroupEntry();
        group.TryExecute(BucketOperation.Acquire(rules, cost), living, out _);
        return group;
    }

    private int RemainingIn(BucketGroupEntry group, GroupRules rules)
    {
        Assert.True(group.TryExecute(BucketOperation.Read(rules, 1), _groups, out GroupReply reply));
        return reply.Readings[0].Remaining;
    }

    private void Acquire(BucketGroupEntry group, int cost, OperationId id) =>
        Assert.True(group.TryExecute(BucketOperation.Acquire(s_rules, cost, id), _groups, out _));

    private void Cancel(BucketGroupEntry group, int cost, OperationId id) =>
        Assert.True(group.TryExecute(BucketOperation.Cancel(s_rules, cost, id), _groups, out _));
}
