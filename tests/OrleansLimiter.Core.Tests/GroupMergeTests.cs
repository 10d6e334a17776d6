using System.Collections.Immutable;
using FsCheck.Fluent;
using OrleansLimiter.Core.Tests.Models;
using static OrleansLimiter.Core.Tests.One;

namespace OrleansLimiter.Core.Tests;

/// <summary>Merges states of one group.</summary>
public class GroupMergeTests
{
    private static readonly GroupRules s_rules = Rule(Algorithm.FixedWindow, permits: 10, seconds: 60);

    [Fact]
    public void Merged_groups_do_not_depend_on_the_order_or_on_repetition() => Check(Leasing.Beside, (script, states, now) =>
    {
        string ab = Describe(Merge(now, states[0], states[1]));

        Assert.Equal(ab, Describe(Merge(now, states[1], states[0])));
        Assert.Equal(Describe(Restore(states[0], now)), Describe(Merge(now, states[0], states[0])));
        Assert.Equal(ab, Describe(Merge(now, states[0], states[1], states[1], states[0])));
        Assert.Equal(
            Describe(Merge(now, states[0], states[1], states[2])),
            Describe(Merge(now, states[0], GroupSnapshot.Save(Merge(now, states[1], states[2]), now))));

        string Describe(BucketGroup group) => string.Join('\n', Moments(script, now).SelectMany(then =>
            group.Usage(then).OrderBy(used => used.Bucket).Select(used => $"{(then - now).Ticks} {used}")));
    });

    [Fact]
    public void A_merged_group_never_has_fewer_permits_in_use_than_either_group() => Check(Leasing.None, (script, states, now) =>
    {
        BucketGroup[] groups = [.. states.Select(state => Restore(state, now))];
        BucketGroup merged = Merge(now, states);
        foreach (Instant then in Moments(script, now))
        {
            foreach (BucketRule rule in script.Questions[0].Rules)
            {
                var rules = new GroupRules([rule], new(1, 0));
                int least = groups.Min(group => group.Read(rules, 1, then).Readings[0].Remaining);
                Assert.InRange(merged.Read(rules, 1, then).Readings[0].Remaining, 0, least);
            }
        }
    });

    [Fact]
    public void An_acquisition_of_either_group_counts_once_in_the_merged_group()
    {
        (BucketGroup one, BucketGroup other) = (new(), new());
        one.Acquire(s_rules, 3, At(0), new(1));
        other.Acquire(s_rules, 4, At(1), new(2));
        one.Merge(other, At(1));

        Assert.Equal(6, one.Acquire(s_rules, 3, At(1), new(1)).Readings[0].Remaining);
        Assert.Equal(6, one.Acquire(s_rules, 4, At(1), new(2)).Readings[0].Remaining);
        Assert.Equal(5, one.Acquire(s_rules, 1, At(1), new(3)).Readings[0].Remaining);
    }

    [Fact]
    public void Permits_of_another_state_cannot_be_returned_by_a_cancellation()
    {
        (BucketGroup one, BucketGroup other) = (new(), new());
        one.Acquire(s_rules, 5, At(0), new(1));
        other.Acquire(s_rules, 4, At(0));
        one.Merge(other, At(1));
        Assert.Equal(5, one.Remaining(s_rules, at: 1));

        one.Cancel(new(1), At(1));
        Assert.Equal(5, one.Remaining(s_rules, at: 1));
        Assert.Equal(GroupOutcome.Refused, one.Acquire(s_rules, 5, At(1), new(1)).Outcome);

        one.Acquire(s_rules, 2, At(1), new(4));
        one.Cancel(new(4), At(1));
        Assert.Equal(5, one.Remaining(s_rules, at: 1));
    }

    [Fact]
    public void A_reservation_can_still_be_canceled_after_its_own_state_was_merged()
    {
        var group = new BucketGroup();
        group.Acquire(s_rules, 5, At(0), new(1), reserve: true);
        group.Merge(Restore(GroupSnapshot.Save(group, At(0)), At(0)), At(0.1));

        group.Cancel(new(1), At(0.2));

        Assert.Equal(10, group.Remaining(s_rules, at: 0.2));
    }

    [Fact]
    public void The_rule_of_the_higher_generation_is_enforced_and_its_state_has_the_permits_of_both()
    {
        GroupRules lower = Rule(1, 0, Algorithm.FixedWindow, permits: 10, seconds: 60);
        GroupRules higher = Rule(1, 1, Algorithm.FixedWindow, permits: 20, seconds: 60);
        foreach (bool swapped in new[] { false, true })
        {
            (BucketGroup one, BucketGroup other) = (new(), new());
            one.Acquire(lower, 7, At(0));
            other.Acquire(higher, 5, At(1));
            (one, other) = swapped ? (other, one) : (one, other);
            one.Merge(other, At(2));

            Assert.Equal(GroupNotes.StaleGeneration, one.Read(lower, 1, At(2)).Notes);
            Assert.Equal(13, one.Remaining(higher, at: 2));
        }
    }

    [Fact]
    public void Within_a_generation_the_stricter_rule_is_enforced()
    {
        GroupRules strict = Rule(1, 0, Algorithm.FixedWindow, permits: 10, seconds: 60);
        GroupRules loose = Rule(1, 0, Algorithm.FixedWindow, permits: 20, seconds: 60);
        foreach (bool swapped in new[] { false, true })
        {
            (BucketGroup one, BucketGroup other) = (new(), new());
            one.Acquire(strict, 2, At(0));
            other.Acquire(loose, 15, At(0));
            (one, other) = swapped ? (other, one) : (one, other);
            one.Merge(other, At(0));

            Assert.Equal(new Reading(10, 0, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60),
                TimeSpan.FromSeconds(60), Verdict.Wait), one.Read(strict, 1, At(0)).Readings[0]);
        }
    }

    [Fact]
    public void A_lease_of_either_state_counts_once()
    {
        (BucketGroup one, BucketGroup other) = (new(), new());
        one.Acquire(s_rules, 1, At(0));
        QuotaLeaseReply lease = one.Lease(s_rules, 2, TimeSpan.FromSeconds(1), new(9), At(0));
        Assert.Equal(2, lease.Permits);
        other.Acquire(s_rules, 3, At(0));
        one.Merge(Restore(GroupSnapshot.Save(one, At(0)), At(0)), At(0));
        Assert.Equal(7, one.Remaining(s_rules, at: 0));

        other.Merge(one, At(0));
        Assert.Equal(5, other.Remaining(s_rules, at: 0));
        other.EndLease(new(9), 0, At(0.5));
        Assert.Equal(7, other.Remaining(s_rules, at: 0.5));
    }

    [Fact]
    public void A_bucket_keeps_what_its_counts_survive_as_the_last_rules_said()
    {
        var kept = new GroupRules([new BucketRule(One.Bucket, s_rules.Rules[0].Rule) { Survive = Survive.Restart }], new(1, 0));
        var group = new BucketGroup();
        group.Acquire(kept, 1, At(0));
        Assert.NotNull(GroupSnapshot.Save(group, At(0), Survive.Restart));

        group.Acquire(s_rules, 1, At(0));
        Assert.Null(GroupSnapshot.Save(group, At(0), Survive.Restart));
        Assert.NotNull(GroupSnapshot.Save(group, At(0), Survive.Crash));
        Assert.Null(GroupSnapshot.Save(group, At(60), Survive.None));
    }

    private static void Check(Leasing leasing, Action<Script, byte[][], Instant> check) => Scripts.Check(
        from one in Gen.Elements([.. SomeRules.All, .. SomeRules.Leased])
        from other in Gen.Elements([.. SomeRules.All, .. SomeRules.Leased])
        select ImmutableArray.Create(
            Scripts.Ask(new(1, 0), ("a", one), ("b", other)),
            Scripts.Ask(new(1, 0), ("b", other)),
            Scripts.Ask(new(1, 0), ("a", one))),
        script =>
        {
            // The three states have the first half of the script in common.
            int common = script.Steps.Length / 2;
            SideBySide[] played = [.. Enumerable.Range(0, 3).Select(part => Play(script with
            {
                Steps = [.. script.Steps[..common], .. script.Steps[common..].Where((_, i) => i % 3 == part)],
            }))];
            Instant now = played.Max(each => each.Now);
            check(script, [.. played.Select(each => GroupSnapshot.Save(each.Group, now))], now);
        },
        leasing,
        scripts: 200);

    private static SideBySide Play(Script script)
    {
        var played = new SideBySide(script, new(script.Seed));
        played.PlayAll();
        return played;
    }

    private static IEnumerable<Instant> Moments(Script script, Instant now) => script.Questions[0].Rules
        .SelectMany(asked => new[] { 0, 1, asked.Rule.Window.Ticks / 63, asked.Rule.Window.Ticks / 3, asked.Rule.Window.Ticks - 1 })
        .Append(TimeSpan.TicksPerSecond).Append(2 * TimeSpan.TicksPerSecond)
        .Order().Select(ticks => now + new TimeSpan(ticks));

    private static BucketGroup Restore(byte[] state, Instant now)
    {
        var group = new BucketGroup();
        GroupSnapshot.Restore(group, state, now);
        return group;
    }

    private static BucketGroup Merge(Instant now, params byte[][] states)
    {
        BucketGroup merged = Restore(states[0], now);
        foreach (byte[] state in states.Skip(1))
        {
            merged.Merge(Restore(state, now), now);
        }

        return merged;
    }
}
