using FsCheck;
using FsCheck.Fluent;
using OrleansLimiter.Core.Tests.Models;

namespace OrleansLimiter.Core.Tests;

/// <summary>Merges random states of one bucket, for every algorithm.</summary>
public class StateMergeTests
{
    public static TheoryData<Algorithm> Algorithms => [.. AlgorithmDescriptor.All.Select(each => each.Algorithm)];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Merged_states_do_not_depend_on_the_order_or_on_repetition(Algorithm algorithm) => Check(algorithm, (rule, states, now) =>
    {
        (BucketState a, BucketState b, BucketState c) = (states[0], states[1], states[2]);
        byte[] ab = Bytes(a.Merge(rule, b, now));

        Assert.Equal(ab, Bytes(b.Merge(rule, a, now)));
        Assert.Equal(Bytes(a), Bytes(a.Merge(rule, a.Clone(), now)));
        Assert.Equal(ab, Bytes(a.Merge(rule, b, now).Merge(rule, b, now)));
        Assert.Equal(Bytes(a.Merge(rule, b, now).Merge(rule, c, now)), Bytes(a.Merge(rule, b.Merge(rule, c, now), now)));

        byte[] Bytes(BucketState state) => BytesOf(state, rule, now);
    });

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_merged_state_never_has_fewer_permits_in_use_than_either_state(Algorithm algorithm) => Check(
        algorithm, (rule, states, now) =>
    {
        (BucketState a, BucketState b) = (states[0], states[1]);
        BucketState merged = a.Merge(rule, b, now);
        foreach (Instant then in Moments(rule, states, now))
        {
            int used = UsedAt(merged, rule, then);
            Assert.InRange(used, Math.Max(UsedAt(a, rule, then), UsedAt(b, rule, then)), rule.Capacity);
        }
    });

    // A fixed window has one opening, so the larger count lasts as long as the later window. A rolling window of slots rounds times up.
    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_merged_state_has_no_more_permits_in_use_than_needed(Algorithm algorithm) => Check(algorithm, (rule, states, now) =>
    {
        (BucketState a, BucketState b) = (states[0], states[1]);
        BucketState merged = a.Merge(rule, b, now);
        long step = algorithm == Algorithm.RollingWindow ? RollingModel.Step(rule) : 0;
        foreach (Instant then in Moments(rule, states, now))
        {
            Instant compared = algorithm == Algorithm.FixedWindow ? now : Instant.Max(now, new(then.Ticks - step));
            Assert.InRange(UsedAt(merged, rule, then), 0, Math.Max(UsedAt(a, rule, compared), UsedAt(b, rule, compared)));
        }

        Assert.Equal(
            Max(a.Read(rule, 1, now).Reset, b.Read(rule, 1, now).Reset).Ticks, merged.Read(rule, 1, now).Reset.Ticks);
    });

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_merge_changes_neither_state(Algorithm algorithm) => Check(algorithm, (rule, states, now) =>
    {
        byte[][] before = [.. states.Select(state => BytesOf(state, rule, now))];

        states[0].Merge(rule, states[1], now).Clone().Consume(rule, 1, now);

        Assert.Equal(before, states.Select(state => BytesOf(state, rule, now)));
    });

    private static void Check(Algorithm algorithm, Action<Rule, BucketState[], Instant> check)
    {
        Rule[] rules = [.. SomeRules.All.Where(rule => rule.Algorithm == algorithm)];
        Assert.NotEmpty(rules);
        Gen<(Rule, (int Cost, double Age)[][], long)> drawn =
            from rule in Gen.Elements(rules)
            from acquisitions in Gen.ArrayOf(Gen.ArrayOf(Acquisition(rule)), 3)
            from start in Gen.Elements(0L, 123_456_789, -10 * Rule.MaxWindow.Ticks, 1_000_000_000_000_007)
            select (rule, acquisitions, start);
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(25), Prop.ForAll(Arb.From(drawn), given =>
        {
            (Rule rule, (int, double)[][] acquisitions, long start) = given;
            Instant now = new Instant(start) + rule.Window + rule.Window;
            check(rule, [.. acquisitions.Select(each => StateOf(rule, each, now))], now);
        }));
    }

    private static Gen<(int Cost, double Age)> Acquisition(Rule rule) =>
        from cost in Gen.Frequency((3, Gen.Choose(1, 3)), (1, Gen.Choose(1, Math.Max(1, rule.Capacity))))
        from age in Gen.Frequency((4, Gen.Choose(0, 1000)), (1, Gen.Elements(0, 1, 15, 16, 17, 999, 1000)))
        select (cost, age / 900.0);

    private static BucketState StateOf(Rule rule, (int Cost, double Age)[] acquisitions, Instant now)
    {
        var state = BucketState.Fresh(rule);
        foreach ((int cost, double age) in acquisitions.OrderByDescending(each => each.Age))
        {
            state.Acquire(rule, cost, new(now.Ticks - (long)(rule.Window.Ticks * age)), out _);
        }

        return state;
    }

    // Now, every moment at which permits of a state become available, and the moments before and after.
    private static IEnumerable<Instant> Moments(Rule rule, BucketState[] states, Instant now)
    {
        var moments = new SortedSet<Instant> { now };
        foreach (BucketState state in states)
        {
            Instant then = now;
            BucketState read = state.Clone();
            for (int i = 0; i < 30 && read.Read(rule, 1, then).Next is { Ticks: > 0 } next; i++)
            {
                then += next;
                moments.UnionWith([new(then.Ticks - 1), then, new(then.Ticks + 1)]);
            }
        }

        return moments;
    }

    private static int UsedAt(BucketState state, Rule rule, Instant then)
    {
        Reading reading = state.Clone().Read(rule, 1, then);
        return reading.Limit - reading.Remaining;
    }

    private static byte[] BytesOf(BucketState state, Rule rule, Instant now)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        state.Clone().Write(writer, rule, now);
        writer.Flush();
        return bytes.ToArray();
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
