using FsCheck;
using FsCheck.Fluent;
using OrleansLimiter.Core.Tests.Models;

namespace OrleansLimiter.Core.Tests;

/// <summary>
/// A group is replicated, handed over, lost, restored and merged at random moments. Whatever happens, it admits at most what an obvious
/// model admits that forgets only what was admitted since the last replica.
/// </summary>
public class ReplicaPromiseTests
{
    public static TheoryData<Algorithm> Algorithms => [.. AlgorithmDescriptor.All.Select(each => each.Algorithm)];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_crash_forgets_at_most_what_was_admitted_since_the_last_replica(Algorithm algorithm)
    {
        Rule[] rules = [.. SomeRules.All.Where(rule => rule.Algorithm == algorithm && rule.Permits > 0)];
        Assert.NotEmpty(rules);
        Arbitrary<(Rule, Event[])> drawn = Arb.From(
            from rule in Gen.Elements(rules)
            from events in Gen.ArrayOf(EventOf(rule))
            select (rule, events));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(80), Prop.ForAll(drawn, given =>
        {
            (Rule rule, Event[] events) = given;
            var cluster = new LossyCluster(rule);
            foreach (Event one in events)
            {
                one.Happen(cluster);
                cluster.AssertCountsAll();
            }
        }));
    }

    private static Gen<Event> EventOf(Rule rule) => Gen.Frequency(
        (10, from cost in Gen.Frequency((3, Gen.Choose(1, 3)), (2, Gen.Choose(1, rule.Capacity)))
             from hasId in Gen.Elements(true, false)
             select new Event($"acquire {cost} {hasId}", cluster => cluster.Acquire(cost, hasId))),
        (6, from ticks in Gen.Elements(1, rule.Window.Ticks / 63, rule.Window.Ticks / 7, rule.Window.Ticks / 3, rule.Window.Ticks)
            select new Event($"advance {ticks}", cluster => cluster.Now += new TimeSpan(ticks))),
        (2, Gen.Choose(0, 3).Select(back => new Event($"cancel {back}", cluster => cluster.Cancel(back)))),
        (3, Gen.Constant(new Event("replicate", cluster => cluster.Replicate()))),
        (1, Gen.Constant(new Event("merge into the replica", cluster => cluster.MergeIntoReplica()))),
        (2, Gen.Choose(0, 1_000_000_007).Select(clock => new Event($"crash {clock}", cluster => cluster.Crash(clock)))),
        (1, Gen.Choose(0, 1_000_000_007).Select(clock => new Event($"start fresh {clock}", cluster => cluster.StartFresh(clock)))),
        (1, Gen.Constant(new Event("merge the replica", cluster => cluster.MergeReplica()))),
        (1, Gen.Choose(0, 1_000_000_007).Select(clock => new Event($"hand over {clock}", cluster => cluster.HandOver(clock)))));

    private sealed record Event(string Name, Action<LossyCluster> Happen)
    {
        public override string ToString() => Name;
    }
}
