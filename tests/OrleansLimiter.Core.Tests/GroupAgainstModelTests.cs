using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using OrleansLimiter.Core.Tests.Models;
using static OrleansLimiter.Core.Tests.Models.SomeRules;

namespace OrleansLimiter.Core.Tests;

/// <summary>Runs random scripts and compares each reply with that of a slow, obvious model.</summary>
public class GroupAgainstModelTests
{
    [Fact]
    public void A_rolling_window_behaves_like_a_list_of_times() => Check(Scripts.One(Rolling));

    [Fact]
    public void A_rolling_window_of_many_permits_behaves_like_a_list_of_slots() => Check(Scripts.One(Slots));

    [Fact]
    public void A_fixed_window_behaves_like_a_replay_of_the_acquisitions_that_were_not_canceled() => Check(Scripts.One(Fixed));

    [Fact]
    public void Leaky_and_token_buckets_behave_like_a_replay_in_integers_of_any_size() => Check(Scripts.One(Drains));

    [Fact]
    public void Several_buckets_grant_all_or_nothing() => Check(
        from one in Gen.Elements([.. Rolling, .. Slots, .. Fixed, .. Drains])
        from other in Gen.Elements([.. Rolling, .. Fixed, .. Drains])
        from third in Gen.Elements([.. Odd, .. Drains])
        select ImmutableArray.Create(
            Scripts.Ask(new(1, 0), ("a", one), ("b", other), ("c", third)),
            Scripts.Ask(new(1, 0), ("b", other)),
            Scripts.Ask(new(1, 0), ("c", third), ("a", one))));

    [Fact]
    public void Rules_that_change_under_living_buckets_behave_like_a_replay() => Check(
        from questions in Gen.ArrayOf(
            from rule in Gen.Elements(All)
            from policy in Gen.Choose(1, 3)
            from table in Gen.Choose(0, 1)
            select Scripts.Ask(new(policy, (uint)table), ("a", rule)), 4)
        select ImmutableArray.Create(questions));

    [Theory]
    [InlineData(Algorithm.RollingWindow)]
    [InlineData(Algorithm.FixedWindow)]
    [InlineData(Algorithm.LeakyBucket)]
    [InlineData(Algorithm.TokenBucket)]
    public void Permits_and_windows_that_change_behave_like_a_replay(Algorithm algorithm)
    {
        Rule[] rules = [.. All.Where(rule => rule.Algorithm == algorithm)];
        Check(
            from questions in Gen.ArrayOf(
                from rule in Gen.Elements(rules)
                from table in Gen.Choose(0, 2)
                select Scripts.Ask(new(1, (uint)table), ("a", rule)), 3)
            select ImmutableArray.Create(questions));
    }

    [Fact]
    public void Leases_beside_acquisitions_behave_like_a_replay() =>
        Check(Scripts.One([.. Leased, .. All]), Leasing.Beside);

    [Fact]
    public void Leases_in_groups_of_several_buckets_behave_like_a_replay() => Check(
        from one in Gen.Elements(Leased)
        from other in Gen.Elements(Leased)
        select ImmutableArray.Create(
            Scripts.Ask(new(1, 0), ("a", one)),
            Scripts.Ask(new(1, 0), ("b", other)),
            Scripts.Ask(new(1, 0), ("b", other), ("a", one))),
        Leasing.Beside);

    [Fact]
    public void Leases_of_rules_that_change_behave_like_a_replay() => Check(
        from questions in Gen.ArrayOf(
            from rule in Gen.Elements([.. Leased, .. All])
            from policy in Gen.Choose(1, 3)
            from table in Gen.Choose(0, 1)
            select Scripts.Ask(new(policy, (uint)table), ("a", rule)), 4)
        select ImmutableArray.Create(questions),
        Leasing.Beside);

    // From before the clock's origin, as after a restore, to beyond any uptime.
    private static void Check(Gen<ImmutableArray<GroupRules>> questions, Leasing leasing = Leasing.None) => Scripts.Check(
        questions,
        script => new SideBySide(script, new(script.Seed switch
        {
            0 => 0,
            1 => 123_456_789,
            2 => -10 * Rule.MaxWindow.Ticks,
            3 => long.MaxValue - 1000 * Rule.MaxWindow.Ticks,
            _ => 1_000_000_000_000_000L + script.Seed,
        })).PlayAll(),
        leasing);
}
