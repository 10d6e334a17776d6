using FsCheck;
using FsCheck.Fluent;
using static OrleansLimiter.Decisions.Tests.TestLimiter;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>The number of tables does not change a decision.</summary>
public class OverrideShardsTests
{
    private static readonly Gen<Step> Steps =
        from kind in Gen.Frequency((6, Gen.Constant(Kind.Check)), (3, Gen.Constant(Kind.Set)), (2, Gen.Constant(Kind.Remove)), (1, Gen.Constant(Kind.Wait)))
        from account in Gen.Choose(1, 6)
        from number in Gen.Choose(0, 8)
        select new Step(kind, $"account {account}", number);

    [Fact]
    public void Sixteen_tables_make_the_same_decisions_as_one() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(Steps.ListOf().ToArbitrary(), steps =>
        {
            using TestLimiter one = new();
            using TestLimiter many = new(shards: 16);
            Policy policy = Policy(Limit("l", Scope.Account, 4, 3));
            foreach (Step step in steps)
            {
                Assert.Equal(Apply(one, policy, step), Apply(many, policy, step));
            }
        }));

    private static (bool, int, int, bool, DecisionNotes) Apply(TestLimiter given, Policy policy, Step step)
    {
        Account account = new(AccountKind.Id, step.Account);
        switch (step.Kind)
        {
            case Kind.Set:
                given.Overrides.SetAsync(new() { Account = account, Policy = "p", Limit = "l", Permits = step.Number });
                break;
            case Kind.Remove:
                given.Overrides.RemoveAsync(account, "p", "l");
                break;
            case Kind.Wait:
                given.Time.Advance(TimeSpan.FromSeconds(step.Number));
                break;
        }

        Decision decision = given.Check(policy, Request(step.Account));
        Reading reading = decision[0].Reading;
        return (decision.Allowed, reading.Limit, reading.Remaining, reading.Verdict == Verdict.Never, decision.Notes);
    }

    private enum Kind
    {
        Check,
        Set,
        Remove,
        Wait,
    }

    private sealed record Step(Kind Kind, string Account, int Number);
}
