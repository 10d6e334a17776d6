using FsCheck;
using FsCheck.Fluent;
using OrleansLimiter.Policies;
using static OrleansLimiter.Decisions.Tests.TestLimiter;

namespace OrleansLimiter.Decisions.Tests.Several;

/// <summary>Requests that are decided together consume nothing if one is refused, even if the store fails in any way at any time.</summary>
public sealed class SeveralOutagesTests
{
    private static readonly LimitDefinition[] s_limits =
        [Limit("company", Scope.Account, 12, 3600), Limit("endpoint", Scope.Endpoint, 10, 3600)];

    [Theory]
    [InlineData(OnFailureKind.Allow, OnFailureKind.Allow, false)]
    [InlineData(OnFailureKind.Deny, OnFailureKind.Deny, false)]
    [InlineData(OnFailureKind.Local, OnFailureKind.Local, false)]
    [InlineData(OnFailureKind.Allow, OnFailureKind.Deny, false)]
    [InlineData(OnFailureKind.Deny, OnFailureKind.Local, false)]
    [InlineData(OnFailureKind.Local, OnFailureKind.Allow, false)]
    [InlineData(OnFailureKind.Deny, OnFailureKind.Deny, true)]
    [InlineData(OnFailureKind.Local, OnFailureKind.Local, true)]
    [InlineData(OnFailureKind.Allow, OnFailureKind.Deny, true)]
    [InlineData(OnFailureKind.Deny, OnFailureKind.Local, true)]
    [InlineData(OnFailureKind.Local, OnFailureKind.Allow, true)]
    public void A_refusal_consumes_nothing_and_if_all_are_allowed_each_is_charged(OnFailureKind first, OnFailureKind second, bool joint)
    {
        Gen<(int Cost, int Other, Mishap[] Script)> step =
            from cost in Gen.Choose(1, 3)
            from other in Gen.Choose(1, 3)
            from script in Gen.Frequency((3, Gen.Constant(Mishap.None)), (3, Gen.Elements(Enum.GetValues<Mishap>()))).ArrayOf(8)
            select (cost, other, script);
        Prop.ForAll(step.ListOf().ToArbitrary(), steps =>
        {
            using var given = new TestLimiter();
            using var here = new InProcessBucketStore(given.Clock);
            Policy[] policies = [PolicyOf("p", first), PolicyOf("q", second)];
            foreach ((int cost, int other, Mishap[] script) in steps)
            {
                LimitCall[] calls =
                [
                    new(policies[0], Request(cost: cost)), new(policies[1], Request(cost: other)),
                    new(policies[0], Request(endpoint: "messages", cost: other)),
                    new(policies[1], Request(endpoint: "messages", peek: true)),
                ];
                int[] sums = [cost + other, cost, other, other, other, 0];
                (int[] there, int[] local) = (Used(given.Store, policies), Used(here, policies));
                Decision[] decisions = Decide(given, new(given.Store, new(script), joint), here, calls);
                (int[] thereAfter, int[] localAfter) = (Used(given.Store, policies), Used(here, policies));
                if (!decisions.All(each => each.Allowed))
                {
                    Assert.Equal(there, thereAfter);
                    Assert.Equal(local, localAfter);
                }
                else if (decisions.All(each => each.Notes == DecisionNotes.None))
                {
                    Assert.Equal(there.Select((used, i) => used + sums[i]), thereAfter);
                    Assert.Equal(local, localAfter);
                }

                Assert.DoesNotContain(decisions, each => each.Allowed && each.Notes != DecisionNotes.None
                    && each.Policy.Definition.OnFailure.Kind == OnFailureKind.Deny);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task The_shortest_deadline_counts()
    {
        using var given = new TestLimiter();
        var groups = new SlowBucketStore(given.Store);
        var limiter = new Limiter(groups, given.Overrides, given.Clock);
        var hurried = new Policy(PolicyOf("p", OnFailureKind.Allow).Definition with { Deadline = TimeSpan.FromMilliseconds(20) });
        Policy denies = PolicyOf("q", OnFailureKind.Deny);

        ValueTask<Decision[]> asked = limiter.CheckAllAsync((LimitCall[])[new(denies, Request()), new(hurried, Request())]);
        given.Advance(19);
        Assert.False(asked.IsCompleted);
        given.Advance(1);
        Decision[] decisions = await asked;

        Assert.Equal([false, true], decisions.Select(each => each.Allowed));
        Assert.All(decisions, each => Assert.Equal(DecisionNotes.FailureDecided, each.Notes));
        SlowBucketStore.RunWithoutContext(groups.Release);
        Assert.Equal([0, 0, 0, 0, 0, 0], Used(given.Store, [denies, hurried]));
    }

    [Fact]
    public void A_path_whose_group_cannot_be_opened_is_decided_as_shared_together_with_the_others()
    {
        using var given = new TestLimiter();
        var policy = new Policy(Definition(Limit("paths", Scope.Endpoint, 5, 60)) with
        {
            Unlisted = Unlisted.Route,
            AccountGroups = new(2, BeyondAccountGroups.Refuse),
        });
        LimitCall[] calls = [.. Enumerable.Range(0, 4).Select(i => new LimitCall(policy, Request(endpoint: $"GET /{i}")))];
        Assert.All(Check(calls[..2]), each => Assert.Equal(DecisionNotes.None, each.Notes));

        Decision[] decisions = Check([calls[0], calls[2], calls[3], new(policy, Request())]);

        Assert.Equal([(true, 3), (true, 3), (true, 3), (true, 4)], decisions.Select(each => (each.Allowed, each[0].Reading.Remaining)));
        Assert.Equal(["GET /0", "other", "other", "exports"], decisions.Select(each => each.Endpoint));
        Assert.Equal(
            [DecisionNotes.None, DecisionNotes.SharedEndpoint, DecisionNotes.SharedEndpoint, DecisionNotes.None],
            decisions.Select(each => each.Notes));

        Decision[] Check(LimitCall[] calls)
        {
            ValueTask<Decision[]> asked = given.Limiter.CheckAllAsync(calls);
            Assert.True(asked.IsCompletedSuccessfully);
            return asked.Result;
        }
    }

    private static Policy PolicyOf(string name, OnFailureKind kind) =>
        new(Definition(s_limits) with { Name = name, OnFailure = new(kind, 0.5m) });

    private static Decision[] Decide(TestLimiter given, FlakyBucketStore groups, InProcessBucketStore here, LimitCall[] calls)
    {
        Decision[] decisions = [];
        SlowBucketStore.RunWithoutContext(() =>
        {
            var limiter = new Limiter(groups, given.Overrides, given.Clock, new() { Local = here });
            ValueTask<Decision[]> asked = limiter.CheckAllAsync(calls);
            while (groups.ReleaseSlow())
            {
            }

            given.Advance(200);
            Assert.True(asked.IsCompleted);
            decisions = asked.Result;
            groups.ReleaseLate();
            given.Advance(1000); // reservations are final
        });
        return decisions;
    }

    // What is used of the account and of both endpoints, under each policy.
    private static int[] Used(InProcessBucketStore store, Policy[] policies)
    {
        var account = new Account(AccountKind.Id, "a");
        return
        [
            .. policies.SelectMany(policy => (GroupKey[])
            [
                GroupKey.ForAccount(policy.Name, account),
                GroupKey.ForEndpoint(policy.Name, account, "exports", "live"),
                GroupKey.ForEndpoint(policy.Name, account, "messages", "live"),
            ]).Select(key => store.UsageAsync(account).Result.Where(usage => usage.Group == key)
                .Sum(usage => usage.Reading.Limit - usage.Reading.Remaining)),
        ];
    }
}
