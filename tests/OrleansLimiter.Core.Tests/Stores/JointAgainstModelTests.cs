using FsCheck;
using FsCheck.Fluent;
using OrleansLimiter.Core.Tests.Models;

namespace OrleansLimiter.Core.Tests;

/// <summary>Compares every reply of random requests of several groups with that of a model with one lock for all groups.</summary>
public sealed class JointAgainstModelTests
{
    private static readonly Rule[] s_rules = [.. SomeRules.Odd, .. SomeRules.Leased, .. SomeRules.Drains[..2], .. SomeRules.Fixed[..2]];

    /// <summary>A step of a script.</summary>
    private enum Kind
    {
        Advance,
        Acquire,
        AcquireWithId,
        Repeat,
        Cancel,
        CancelInOneGroup,
        ReserveInOneGroup,
        Commit,
    }

    [Fact]
    public void Joint_acquisitions_with_and_without_ids_behave_as_under_one_lock() => Check(
        (Kind.Advance, 4), (Kind.Acquire, 5), (Kind.AcquireWithId, 5), (Kind.Repeat, 2), (Kind.Cancel, 2), (Kind.CancelInOneGroup, 1),
        (Kind.ReserveInOneGroup, 2), (Kind.Commit, 1));

    [Fact]
    public void Joint_acquisitions_without_ids_behave_as_under_one_lock_on_the_fast_path_and_on_the_other()
    {
        (int fast, int full) = Check((Kind.Advance, 3), (Kind.Acquire, 8));

        Assert.True(Math.Min(fast, full) > 300);
    }

    private static (int Fast, int Full) Check(params (Kind Kind, int Frequency)[] kinds)
    {
        (int fast, int full) = (0, 0);
        Gen<Step> step =
            from kind in Gen.Frequency([.. kinds.Select(each => (each.Frequency, Gen.Constant(each.Kind)))])
            from account in Gen.Choose(0, 1)
            from endpoint in Gen.Choose(0, 1)
            from resource in Gen.Choose(0, 2)
            from groups in Gen.Choose(1, 7)
            from cost in Gen.Frequency((6, Gen.Choose(1, 3)), (1, Gen.Choose(4, 12)))
            from milliseconds in Gen.Elements(0, 1, 40, 100, 299, 300, 500, 1000, 2000, 9999)
            from back in Gen.Choose(1, 4)
            select new Step(kind, account, endpoint, resource, groups, cost, milliseconds, back);
        Gen<(Rule[] Rules, Step[] Steps)> script =
            from rules in Gen.ArrayOf(Gen.Elements(s_rules), 4)
            from steps in Gen.ArrayOf(step)
            select (rules, steps);
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(80),
            Prop.ForAll(
                script.ToArbitrary(),
                drawn =>
                {
                    using var run = new Run(drawn.Rules);
                    Array.ForEach(drawn.Steps, run.Play);
                    (fast, full) = (fast + run.Fast, full + run.Full);
                }));
        return (fast, full);
    }

    private sealed record Step(
        Kind Kind, int Account, int Endpoint, int Resource, int Groups, int Cost, int Milliseconds, int Back);

    private sealed class Run(Rule[] rules) : IDisposable
    {
        private readonly InProcess _store = new();
        private readonly JointModel _model = new();
        private readonly List<GroupRequest[]> _acquisitions = [];
        private readonly GroupRules[] _rules =
        [
            new([new("burst", rules[0])], new(1, 0)),
            new([new("endpoint", rules[1])], new(1, 0)),
            new([new("account", rules[2]), new("too", rules[3])], new(1, 0)),
        ];

        private long _ids;

        public int Fast { get; private set; }

        public int Full { get; private set; }

        private Instant Now => _store.Living.Clock.Now;

        public void Play(Step step)
        {
            GroupRequest[] asked = Asked(step, OperationId.None);
            GroupRequest[]? before = step.Back <= _acquisitions.Count ? _acquisitions[^step.Back] : null;
            switch (step.Kind)
            {
                case Kind.Advance:
                    _store.Advance(step.Milliseconds / 1000.0);
                    return;
                case Kind.Acquire:
                    Acquire(asked);
                    break;
                case Kind.AcquireWithId:
                    asked = Asked(step, new(++_ids));
                    Acquire(asked);
                    _acquisitions.Add(asked);
                    break;
                case Kind.Repeat when before is not null:
                    Acquire(before);
                    break;
                case Kind.Cancel when before is not null:
                    Array.ForEach(before, each => Execute(each, OperationKind.Cancel));
                    break;
                case Kind.CancelInOneGroup when before is not null:
                    Execute(before[step.Resource % before.Length], OperationKind.Cancel);
                    break;
                case Kind.ReserveInOneGroup:
                    asked = [Asked(step, new(++_ids))[0]];
                    Execute(asked[0], OperationKind.Reserve);
                    _acquisitions.Add(asked);
                    break;
                case Kind.Commit when before is not null:
                    Array.ForEach(before, each => Execute(each, OperationKind.Commit));
                    break;
            }

            Array.ForEach(Asked(step with { Groups = 7, Cost = 1 }, OperationId.None), each => Execute(each, OperationKind.Read));
        }

        public void Dispose() => _store.Dispose();

        // The lower three bits say which groups take part.
        private GroupRequest[] Asked(Step step, OperationId id)
        {
            var account = new Account(AccountKind.Id, $"{step.Account}");
            GroupKey[] keys =
            [
                GroupKey.ForBurst("p", account, $"{step.Endpoint}", $"{step.Resource}"),
                GroupKey.ForEndpoint("p", account, $"{step.Endpoint}", "live"),
                GroupKey.ForAccount("p", account),
            ];
            return
            [
                .. keys.Select((key, i) => new GroupRequest(key, BucketOperation.Acquire(_rules[i], step.Cost, id)))
                    .Where((_, i) => (step.Groups >> i & 1) != 0),
            ];
        }

        private void Execute(GroupRequest asked, OperationKind kind)
        {
            asked = asked with { Operation = asked.Operation with { Kind = kind } };
            Compare(_model.Execute(asked, Now), _store.Store.ExecuteAsync(asked).Result);
        }

        private void Acquire(GroupRequest[] asked)
        {
            GroupReply[] expected = _model.AcquireAll(asked, Now);
            Reading[] readings = new Reading[asked.Sum(each => each.Operation.Rules!.Rules.Length)];
            if (asked[0].Operation.Id == OperationId.None
                && _store.Store.TryAcquireAll(
                    [.. asked.Select(each => each.Key)],
                    [.. asked.Select(each => each.Operation.Rules!)],
                    asked[0].Operation.Cost,
                    readings,
                    out bool allowed))
            {
                Fast++;
                Assert.Equal(expected.All(reply => reply.Outcome == GroupOutcome.Allowed), allowed);
                Assert.All(expected, reply => Assert.Equal(GroupNotes.None, reply.Notes));
                Assert.Equal(expected.SelectMany(ReadingsOf), readings);
                return;
            }

            Full++;
            GroupReply[] replies = Assert.IsType<GroupReply[]>(_store.AcquireAll(asked));
            Assert.Equal(expected.Length, replies.Length);
            for (int i = 0; i < replies.Length; i++)
            {
                Compare(expected[i], replies[i]);
            }
        }

        private static void Compare(GroupReply expected, GroupReply actual)
        {
            Assert.Equal((expected.Outcome, expected.Notes), (actual.Outcome, actual.Notes));
            Assert.Equal(ReadingsOf(expected), ReadingsOf(actual));
        }

        private static IEnumerable<Reading> ReadingsOf(GroupReply reply) =>
            Enumerable.Range(0, reply.Readings.Count).Select(i => reply.Readings[i]);
    }
}
