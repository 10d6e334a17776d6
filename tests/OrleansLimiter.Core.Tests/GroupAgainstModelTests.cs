using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using OrleansLimiter.Core.Tests.Models;

namespace OrleansLimiter.Core.Tests;

/// <summary>Random scripts, each answer compared with that of a slow, obvious model.</summary>
public class GroupAgainstModelTests
{
    private static readonly Rule[] Rolling =
    [
        new(Algorithm.RollingWindow, 1, Rule.MinWindow),
        new(Algorithm.RollingWindow, 5, TimeSpan.FromSeconds(1)),
        new(Algorithm.RollingWindow, 3, TimeSpan.FromSeconds(60)),
        new(Algorithm.RollingWindow, 4096, TimeSpan.FromMilliseconds(3.2769)),
        new(Algorithm.RollingWindow, 7, Rule.MaxWindow),
    ];

    private static readonly Rule[] Slots =
    [
        new(Algorithm.RollingWindow, 4097, TimeSpan.FromSeconds(1)),
        new(Algorithm.RollingWindow, 10_000, Rule.MinWindow),
        new(Algorithm.RollingWindow, Rule.MaxPermits, TimeSpan.FromSeconds(60)),
    ];

    private static readonly Rule[] Fixed =
    [
        new(Algorithm.FixedWindow, 1, Rule.MinWindow),
        new(Algorithm.FixedWindow, 10, TimeSpan.FromSeconds(1)),
        new(Algorithm.FixedWindow, Rule.MaxPermits, Rule.MaxWindow),
    ];

    private static readonly Rule[] Drains =
    [
        new(Algorithm.LeakyBucket, 40, TimeSpan.FromSeconds(60)),
        new(Algorithm.LeakyBucket, 7, TimeSpan.FromSeconds(1)),
        new(Algorithm.LeakyBucket, Rule.MaxPermits, Rule.MinWindow),
        new(Algorithm.LeakyBucket, 6, Rule.MaxWindow),
        new(Algorithm.TokenBucket, 10, TimeSpan.FromSeconds(1), 3),
        new(Algorithm.TokenBucket, 3, TimeSpan.FromSeconds(7), 50),
    ];

    private static readonly Rule[] Odd =
    [
        new(Algorithm.RollingWindow, 0, TimeSpan.FromSeconds(1)),
        new(Algorithm.LeakyBucket, 0, TimeSpan.FromSeconds(1)),
        new(Algorithm.RollingWindow, 4096, TimeSpan.FromSeconds(1)),
        new(Algorithm.RollingWindow, 4097, TimeSpan.FromMilliseconds(70)),
        new(Algorithm.FixedWindow, 3, TimeSpan.FromMilliseconds(100)),
        new(Algorithm.FixedWindow, 25, TimeSpan.FromSeconds(100)),
        new(Algorithm.LeakyBucket, 25, TimeSpan.FromMilliseconds(900)),
        new(Algorithm.TokenBucket, 2, TimeSpan.FromMilliseconds(300), 9),
    ];

    [Fact]
    public void A_rolling_window_answers_like_a_list_of_times() => Check(Scripts.One(Rolling));

    [Fact]
    public void A_rolling_window_of_many_permits_answers_like_a_list_of_slots() => Check(Scripts.One(Slots));

    [Fact]
    public void A_fixed_window_answers_like_a_replay_of_the_takes_that_stayed() => Check(Scripts.One(Fixed));

    [Fact]
    public void Leaky_and_token_buckets_answer_like_a_replay_in_whole_numbers_of_any_size() => Check(Scripts.One(Drains));

    [Fact]
    public void Several_buckets_give_together_or_not_at_all() => Check(
        from one in Gen.Elements([.. Rolling, .. Slots, .. Fixed, .. Drains])
        from other in Gen.Elements([.. Rolling, .. Fixed, .. Drains])
        from third in Gen.Elements([.. Odd, .. Drains])
        select ImmutableArray.Create(
            Scripts.Ask(new(1, 0), ("a", one), ("b", other), ("c", third)),
            Scripts.Ask(new(1, 0), ("b", other)),
            Scripts.Ask(new(1, 0), ("c", third), ("a", one))));

    [Fact]
    public void Rules_that_change_under_living_buckets_keep_what_a_replay_keeps() => Check(
        from questions in Gen.ArrayOf(
            from rule in Gen.Elements([.. Rolling, .. Slots, .. Fixed, .. Drains, .. Odd])
            from policy in Gen.Choose(1, 3)
            from table in Gen.Choose(0, 1)
            select Scripts.Ask(new(policy, (uint)table), ("a", rule)), 4)
        select ImmutableArray.Create(questions));

    [Theory]
    [InlineData(Algorithm.RollingWindow)]
    [InlineData(Algorithm.FixedWindow)]
    [InlineData(Algorithm.LeakyBucket)]
    [InlineData(Algorithm.TokenBucket)]
    public void Permits_and_windows_that_change_keep_what_a_replay_keeps(Algorithm algorithm)
    {
        Rule[] rules = [.. Rolling.Concat(Slots).Concat(Fixed).Concat(Drains).Concat(Odd).Where(rule => rule.Algorithm == algorithm)];
        Check(
            from questions in Gen.ArrayOf(
                from rule in Gen.Elements(rules)
                from table in Gen.Choose(0, 2)
                select Scripts.Ask(new(1, (uint)table), ("a", rule)), 3)
            select ImmutableArray.Create(questions));
    }

    private static void Check(Gen<ImmutableArray<GroupRules>> questions) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(400).WithEndSize(60),
        Prop.ForAll(Scripts.Over(questions), SideBySide.Play));
}
