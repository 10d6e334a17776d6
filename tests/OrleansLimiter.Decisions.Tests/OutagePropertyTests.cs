using FsCheck;
using FsCheck.Fluent;
using static OrleansLimiter.Decisions.Tests.TestLimiter;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>A denied request consumes nothing, even if the store fails in any way at any time.</summary>
public sealed class OutagePropertyTests
{
    private static readonly LimitDefinition[] Limits =
        [Limit("company", Scope.Account, 12, 3600), Limit("endpoint", Scope.Endpoint, 10, 3600), Limit("burst", Scope.Burst, 8, 3600)];

    [Theory]
    [InlineData(OnFailureKind.Allow, 3, false)]
    [InlineData(OnFailureKind.Deny, 3, false)]
    [InlineData(OnFailureKind.Local, 3, false)]
    [InlineData(OnFailureKind.Deny, 1, false)]
    [InlineData(OnFailureKind.Local, 1, false)]
    [InlineData(OnFailureKind.Allow, 3, true)]
    [InlineData(OnFailureKind.Deny, 3, true)]
    [InlineData(OnFailureKind.Local, 3, true)]
    public void A_denied_request_consumes_nothing_and_an_allowed_one_consumes_its_cost(OnFailureKind kind, int limits, bool joint)
    {
        Gen<(int Cost, Mishap[] Script)> step =
            from cost in Gen.Choose(1, 3)
            from script in Gen.Frequency((3, Gen.Constant(Mishap.None)), (3, Gen.Elements(Enum.GetValues<Mishap>()))).ArrayOf(limits * 2)
            select (cost, script);
        Prop.ForAll(step.ListOf().ToArbitrary(), steps =>
        {
            using var given = new TestLimiter();
            using var here = new InProcessBucketStore(given.Clock);
            var policy = new Policy(Definition(Limits[..limits]) with { OnFailure = new(kind, 0.5m) });
            foreach ((int cost, Mishap[] script) in steps)
            {
                (int[] there, int[] local) = (Used(given.Store), Used(here));
                Decision decision = Decide(given, new(given.Store, new(script), joint), here, policy, cost);
                (int[] thereAfter, int[] localAfter) = (Used(given.Store), Used(here));
                if (!decision.Allowed)
                {
                    Assert.Equal(there, thereAfter);
                    Assert.Equal(local, localAfter);
                }
                else if (decision.Notes == DecisionNotes.None)
                {
                    Assert.Equal(there.Select((used, i) => i < limits ? used + cost : used), thereAfter);
                    Assert.Equal(local, localAfter);
                }
                else if (kind == OnFailureKind.Local)
                {
                    Assert.All(Enumerable.Range(0, limits), i => Assert.True(
                        thereAfter[i] - there[i] == cost || localAfter[i] - local[i] == cost));
                }

                Assert.False(decision.Allowed && kind == OnFailureKind.Deny && decision.Notes != DecisionNotes.None);
            }
        }).QuickCheckThrowOnFailure();
    }

    private static Decision Decide(TestLimiter given, FlakyBucketStore groups, InProcessBucketStore here, Policy policy, int cost)
    {
        Decision decision = default;
        SlowBucketStore.RunWithoutContext(() =>
        {
            var limiter = new Limiter(groups, given.Overrides, given.Clock, new() { Local = here });
            ValueTask<Decision> asked = limiter.CheckAsync(policy, Request(endpoint: "messages", resource: "1", cost: cost));
            while (groups.ReleaseSlow())
            {
            }

            given.Advance(200);
            Assert.True(asked.IsCompleted);
            decision = asked.Result;
            groups.ReleaseLate();
            given.Advance(1000); // reservations are final
        });
        return decision;
    }

    private static int[] Used(IBucketStore groups)
    {
        int[] used = new int[Limits.Length];
        foreach (BucketUsage each in groups.UsageAsync(new(AccountKind.Id, "a")).Result)
        {
            used[Array.FindIndex(Limits, limit => limit.Name == each.Bucket)] += each.Reading.Limit - each.Reading.Remaining;
        }

        return used;
    }
}
