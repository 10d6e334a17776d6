using FsCheck;
using FsCheck.Fluent;

namespace OrleansLimiter.Core.Tests;

/// <summary>
/// Compares a group whose rules have costs of their own with one group for each rule, which acquire their costs in turn, or none of them.
/// </summary>
public sealed class CostsAgainstModelTests
{
    private const int Buckets = 3;

    private static readonly Algorithm[] s_algorithms =
        [Algorithm.FixedWindow, Algorithm.RollingWindow, Algorithm.LeakyBucket, Algorithm.TokenBucket];

    private enum Kind
    {
        Acquire,
        AcquireWithId,
        Reserve,
        Cancel,
        Commit,
        Read,
    }

    private sealed record Step(Kind Kind, int Milliseconds, int[] Charged, int[] Read, int Back, bool MovesOn);

    [Fact]
    public void Costs_of_several_rules_are_acquired_canceled_and_committed_as_those_of_separate_groups()
    {
        Gen<Step> step =
            from kind in Gen.Frequency(
                (4, Gen.Constant(Kind.Acquire)), (3, Gen.Constant(Kind.AcquireWithId)), (3, Gen.Constant(Kind.Reserve)),
                (3, Gen.Constant(Kind.Cancel)), (1, Gen.Constant(Kind.Commit)), (1, Gen.Constant(Kind.Read)))
            from milliseconds in Gen.Elements(0, 1, 50, 400, 999, 1000)
            from charged in Gen.ArrayOf(Gen.Choose(0, 3), Buckets)
            from read in Gen.ArrayOf(Gen.Frequency((4, Gen.Constant(1)), (1, Gen.Choose(2, 9))), Buckets)
            from back in Gen.Choose(1, 4)
            from movesOn in Gen.Elements(true, false, false, false, false, false)
            select new Step(kind, milliseconds, charged, read, back, movesOn);
        Gen<(Algorithm[] Algorithms, Step[] Steps)> script =
            from algorithms in Gen.ArrayOf(Gen.Elements(s_algorithms), Buckets)
            from steps in Gen.ArrayOf(step)
            select (algorithms, steps);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(60),
            Prop.ForAll(script.ToArbitrary(), drawn => Array.ForEach(drawn.Steps, new Run(drawn.Algorithms).Play)));
    }

    private sealed class Run(Algorithm[] algorithms)
    {
        private readonly BucketGroup[] _apart = [.. algorithms.Select(_ => new BucketGroup())];
        private readonly GroupRules[] _rules = [.. algorithms.Select((algorithm, i) => One.Rule(algorithm, 8 + i, 2))];
        private readonly GroupRules _all = new(
            [.. algorithms.Select((algorithm, i) => new BucketRule($"{i}", new(algorithm, 8 + i, TimeSpan.FromSeconds(2))))], new(1, 0));

        private readonly List<OperationId> _ids = [];
        private BucketGroup _group = new();
        private Instant _now = One.At(100);

        public void Play(Step step)
        {
            _now += TimeSpan.FromMilliseconds(step.Milliseconds);
            if (step.MovesOn)
            {
                byte[] state = GroupSnapshot.Save(_group, _now);
                _group = new();
                GroupSnapshot.Restore(_group, state, _now);
            }

            if (step.Kind is Kind.Cancel or Kind.Commit)
            {
                End(step);
                return;
            }

            OperationId id = step.Kind is Kind.AcquireWithId or Kind.Reserve ? OperationId.New() : OperationId.None;
            OperationKind kind = step.Kind switch
            {
                Kind.Reserve => OperationKind.Reserve,
                Kind.Read => OperationKind.Read,
                _ => OperationKind.Acquire,
            };
            RuleCost[] costs = [.. step.Charged.Select((charged, i) => new RuleCost(charged, Math.Max(charged, step.Read[i])))];
            GroupReply reply = _group.Execute(new(kind, _all.WithCosts([.. costs]), 1, id), _now);

            (Reading Reading, bool Contended)[] expected = [.. costs.Select((cost, i) => Read(i, cost.Checked))];
            bool allowed = expected.All(each => each.Reading.Allowed);
            for (int i = 0; i < Buckets && allowed && kind != OperationKind.Read; i++)
            {
                expected[i] = costs[i].Charged == 0 ? expected[i]
                    : (_apart[i].Execute(new(kind, _rules[i], costs[i].Charged, id), _now).Readings[0], false);
            }

            Assert.Equal(allowed ? GroupOutcome.Allowed : GroupOutcome.Refused, reply.Outcome);
            Assert.Equal(expected.Select(each => each.Reading), Readings(reply));
            Assert.Equal(!allowed && expected.All(each => each.Reading.Allowed || each.Contended), reply.Contended);
            if (id != OperationId.None)
            {
                _ids.Add(id);
            }
        }

        private void End(Step step)
        {
            if (step.Back > _ids.Count)
            {
                return;
            }

            OperationId id = _ids[^step.Back];
            BucketOperation end = step.Kind == Kind.Commit ? BucketOperation.Commit(id) : BucketOperation.Cancel(_all, 1, id);
            GroupReply reply = _group.Execute(end, _now);
            for (int i = 0; i < Buckets; i++)
            {
                GroupReply one = _apart[i].Execute(end with { Rules = step.Kind == Kind.Commit ? null : _rules[i] }, _now);
                Assert.True(step.Kind == Kind.Commit || one.Readings[0] == reply.Readings[i]);
            }
        }

        private (Reading, bool) Read(int index, int cost)
        {
            GroupReply reply = _apart[index].Execute(BucketOperation.Read(_rules[index], cost), _now);
            return (reply.Readings[0], reply.Contended);
        }

        private static IEnumerable<Reading> Readings(GroupReply reply) =>
            Enumerable.Range(0, reply.Readings.Count).Select(i => reply.Readings[i]);
    }
}
