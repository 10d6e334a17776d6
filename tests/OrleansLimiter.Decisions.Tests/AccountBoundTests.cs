using static OrleansLimiter.Decisions.Tests.TestLimiter;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>The decision on requests whose account has its maximum number of living groups.</summary>
public sealed class AccountBoundTests : IDisposable
{
    private const int Max = 4;

    private readonly TestLimiter _given = new();

    public void Dispose() => _given.Dispose();

    [Fact]
    public void Inventing_paths_gains_one_limit_beyond_the_bound_and_no_more()
    {
        Policy policy = PolicyOf(BeyondAccountGroups.Refuse, Limit("paths", Scope.Endpoint, 5, 60));

        int allowed = Enumerable.Range(0, 1_000).Count(number => _given.Check(policy, Path(number)).Allowed);

        Assert.Equal(Max + 5, allowed);
        Assert.Equal(Max + 1, _given.Store.Living.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void With_a_limit_of_the_account_as_well_a_shared_path_counts_against_both(bool local)
    {
        Policy policy = PolicyOf(
            BeyondAccountGroups.Refuse, local, Limit("paths", Scope.Endpoint, 5, 60), Limit("account", Scope.Account, 100, 60));

        int allowed = Enumerable.Range(0, 50).Count(number => _given.Check(policy, Path(number)).Allowed);

        Assert.Equal(Max + 5, allowed);
        Assert.Equal(100 - Max - 5, _given.Check(policy, Path(0, peek: true))[1].Reading.Remaining);
    }

    [Fact]
    public void A_path_that_lives_already_keeps_its_own_group()
    {
        Policy policy = PolicyOf(BeyondAccountGroups.Refuse, Limit("paths", Scope.Endpoint, 5, 60));
        Exhaust(policy);

        Decision living = _given.Check(policy, Path(0));

        Assert.Equal((true, 3, DecisionNotes.None), (living.Allowed, living[0].Reading.Remaining, living.Notes));
        Assert.Equal("GET /0", living.Endpoint);
    }

    [Fact]
    public void A_shared_path_is_noted_and_belongs_to_the_endpoint_other()
    {
        Policy policy = PolicyOf(BeyondAccountGroups.Refuse, Limit("paths", Scope.Endpoint, 5, 60));
        Exhaust(policy);

        Decision shared = _given.Check(policy, Path(100));
        Decision peeked = _given.Check(policy, Path(101, peek: true));

        Assert.Equal((true, 4, DecisionNotes.SharedEndpoint), (shared.Allowed, shared[0].Reading.Remaining, shared.Notes));
        Assert.Equal("other", shared.Endpoint);
        Assert.Equal((true, 4, DecisionNotes.SharedEndpoint), (peeked.Allowed, peeked[0].Reading.Remaining, peeked.Notes));
    }

    [Fact]
    public void Each_account_and_mode_has_a_shared_group_of_its_own()
    {
        Policy policy = PolicyOf(BeyondAccountGroups.Refuse, Limit("paths", Scope.Endpoint, 5, 60));
        Exhaust(policy);
        _given.Check(policy, Path(100));

        Assert.Equal(4, _given.Check(policy, Path(101, mode: "test"))[0].Reading.Remaining);
        Assert.Equal(DecisionNotes.None, _given.Check(policy, Path(101, account: "b")).Notes);
    }

    [Fact]
    public void Listed_endpoints_are_exempt()
    {
        Policy policy = PolicyOf(BeyondAccountGroups.Refuse, Limit("paths", Scope.Endpoint, 5, 60));
        Exhaust(policy);

        Decision listed = _given.Check(policy, Request());

        Assert.Equal((true, 4, DecisionNotes.None), (listed.Allowed, listed[0].Reading.Remaining, listed.Notes));
    }

    [Fact]
    public void A_further_resource_is_refused_and_consumes_nothing()
    {
        Policy policy = PolicyOf(
            BeyondAccountGroups.Refuse, Limit("burst", Scope.Burst, 5, 60), Limit("account", Scope.Account, 100, 60));
        Assert.Equal(Max, Enumerable.Range(0, 50).Count(number => _given.Check(policy, Resource(number)).Allowed));

        Decision refused = _given.Check(policy, Resource(100));

        Assert.Equal((false, DecisionNotes.TooManyGroupsOfAccount), (refused.Allowed, refused.Notes));
        Assert.Equal((false, true), (refused[0].IsAvailable, refused[1].IsAvailable));
        Assert.Equal(100 - Max, _given.Check(policy, Resource(0, peek: true))[1].Reading.Remaining);
    }

    [Fact]
    public void With_allow_a_further_resource_passes_and_counts_against_the_other_limits()
    {
        Policy policy = PolicyOf(
            BeyondAccountGroups.Allow, Limit("burst", Scope.Burst, 5, 60), Limit("account", Scope.Account, 10, 60));

        Assert.Equal(10, Enumerable.Range(0, 50).Count(number => _given.Check(policy, Resource(number)).Allowed));

        _given.Advance(60_000);
        Assert.Equal(Max, Enumerable.Range(0, Max).Count(number => _given.Check(policy, Resource(number)).Allowed));
        Decision passed = _given.Check(policy, Resource(100));
        Assert.Equal((true, DecisionNotes.TooManyGroupsOfAccount), (passed.Allowed, passed.Notes));
        Assert.Equal((false, 10 - Max - 1), (passed[0].IsAvailable, passed[1].Reading.Remaining));
    }

    [Theory]
    [InlineData(BeyondAccountGroups.Refuse)]
    [InlineData(BeyondAccountGroups.Allow)]
    public void A_single_limit_of_resources_is_decided_by_the_policy(BeyondAccountGroups beyond)
    {
        Policy policy = PolicyOf(beyond, Limit("burst", Scope.Burst, 5, 60));
        Assert.All(Enumerable.Range(0, Max), number => Assert.True(_given.Check(policy, Resource(number)).Allowed));

        Decision further = _given.Check(policy, Resource(100));

        Assert.Equal(
            (beyond == BeyondAccountGroups.Allow, DecisionNotes.TooManyGroupsOfAccount), (further.Allowed, further.Notes));
    }

    [Fact]
    public void Invented_values_of_a_key_beyond_the_buckets_of_a_group_are_decided_by_the_policy()
    {
        Policy policy = PolicyOf(BeyondAccountGroups.Refuse, Limit("teams", Scope.Account, 5, 60) with { Key = ["team"] });

        int allowed = Enumerable.Range(0, 1_100).Count(number => _given.Check(policy, Request(team: $"t{number}")).Allowed);

        Assert.Equal(BucketGroup.MaxBuckets, allowed);
        Assert.Equal(DecisionNotes.TooManyGroupsOfAccount, _given.Check(policy, Request(team: "new")).Notes);
    }

    private static Policy PolicyOf(BeyondAccountGroups beyond, params LimitDefinition[] limits) => PolicyOf(beyond, local: false, limits);

    private static Policy PolicyOf(BeyondAccountGroups beyond, bool local, params LimitDefinition[] limits) => new(Definition(limits) with
    {
        AccountGroups = new(Max, beyond),
        OnFailure = local ? new(OnFailureKind.Local, 0.5m) : OnFailure.Allow,
    });

    private static LimitRequest Path(int number, string account = "a", string? mode = null, bool peek = false) =>
        Request(account, $"GET /{number}", mode: mode, peek: peek);

    private static LimitRequest Resource(int number, bool peek = false) => Request(endpoint: "messages", resource: $"{number}", peek: peek);

    private void Exhaust(Policy policy)
    {
        for (int number = 0; number < Max; number++)
        {
            Assert.Equal(DecisionNotes.None, _given.Check(policy, Path(number)).Notes);
        }
    }
}
