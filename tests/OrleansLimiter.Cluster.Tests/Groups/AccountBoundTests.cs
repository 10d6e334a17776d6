using OrleansLimiter.Decisions;
using OrleansLimiter.Grains;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>The bound on the living groups of one account, on its silo.</summary>
public sealed class AccountBoundTests : IAsyncLifetime
{
    private const int Max = 4;

    private readonly LimiterCluster _cluster = new(filter: null, silos: 2);
    private readonly TestFolder _folder = new();
    private readonly Account _account = JointRequests.NewAccount();

    public async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        _cluster.Listed(silos: 2);
    }

    public async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await _cluster.DisposeAsync();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Inventing_paths_gains_one_limit_and_further_resources_are_refused(bool inside, bool denies)
    {
        ClusterBucketStore store = inside ? _cluster.FrontEndInside(0) : await _cluster.FrontEnd().KnowingSilosAsync();
        var limiter = new Limiter(
            store,
            OverrideStore.Open(_folder.Path("overrides.json"), _cluster.Time),
            _cluster.Clock,
            new() { Deadline = LimiterOptions.MaxDeadline });
        Policy policy = PolicyOf(denies);

        List<Decision> paths = [];
        for (int i = 0; i < 20; i++)
        {
            paths.Add(await limiter.CheckAsync(policy, Request(new(-1, $"GET /{i}", ""))));
        }

        Decision living = await limiter.CheckAsync(policy, Request(new(-1, "GET /0", "")));
        Decision resource = await limiter.CheckAsync(policy, Request(new(0, "messages", "1")));

        // Four paths with a group each, and five permits of the group that the others share. The account has 100 permits.
        Assert.Equal(Max + 5, paths.Count(decision => decision.Allowed));
        Assert.All(paths.Skip(Max), decision => Assert.Equal(DecisionNotes.SharedEndpoint, decision.Notes));
        Assert.Equal((true, 3, 100 - Max - 6), (living.Allowed, living[0].Reading.Remaining, living[1].Reading.Remaining));
        Assert.Equal((false, DecisionNotes.TooManyGroupsOfAccount), (resource.Allowed, resource.Notes));
        Assert.Equal(Max + 2, _cluster.Silos.Sum(silo => silo.Grains.Count(grain => IsOfAccount(grain) && grain.Group.IsLiving)));
        Assert.Equal(Max, _cluster.Silos.Sum(silo => silo.CountOf(_account)));
    }

    [Fact]
    public async Task Grains_of_groups_beyond_the_bound_do_not_stay_active()
    {
        GroupRules rules = JointRequests.Rules(5);
        for (int i = 0; i < 20; i++)
        {
            GroupReply reply = await _cluster.Groups.ExecuteAsync(
                new(Path(i), BucketOperation.Acquire(rules, 1) with { MaxAccountGroups = Max }));
            Assert.Equal(i < Max ? GroupNotes.None : GroupNotes.TooManyGroupsOfAccount, reply.Notes);
        }

        await Task.WhenAll(Enumerable.Range(Max, 20 - Max).Select(
            i => _cluster.Cluster.WaitForDeactivationAsync(Orleans.Runtime.GrainId.Create("endpoint", GroupGrainKey.Of(Path(i))))));
        Assert.Equal(Max, _cluster.Silos.Sum(silo => silo.StartingWith(GroupGrainKey.Prefix(_account)).Count()));
    }

    [Fact]
    public async Task Groups_that_are_handed_over_are_all_continued_and_count_on_the_other_silo()
    {
        GroupRules rules = JointRequests.Rules(5);
        for (int i = 0; i < Max; i++)
        {
            await _cluster.Groups.ExecuteAsync(new(Path(i), BucketOperation.Acquire(rules, 1) with { MaxAccountGroups = Max }));
        }

        string owner = _cluster.Listed(silos: 2).SiloOf(_account)!.ToParsableString();
        await _cluster.Cluster.StopSiloAsync(_cluster.Cluster.Silos.First(silo => silo.SiloAddress.ToParsableString() == owner));

        for (int i = 0; i < Max; i++)
        {
            Assert.Equal(4, (await _cluster.Groups.ReadAsync(Path(i), rules, 1)).Readings[0].Remaining);
        }

        Assert.Equal(Max, _cluster.Silos.Single().CountOf(_account));
        GroupReply further = await _cluster.Groups.ExecuteAsync(
            new(Path(100), BucketOperation.Acquire(rules, 1) with { MaxAccountGroups = Max }));
        Assert.Equal(GroupNotes.TooManyGroupsOfAccount, further.Notes);
    }

    private bool IsOfAccount(GroupGrain grain) =>
        grain.GrainContext.GrainId.Key.ToString()!.StartsWith(GroupGrainKey.Prefix(_account), StringComparison.Ordinal);

    private GroupKey Path(int number) => GroupKey.ForEndpoint("p", _account, $"GET /{number}", "live");

    private LimitRequest Request(EndpointMatch endpoint) => new() { Account = _account, Method = "GET", Endpoint = endpoint, Cost = 1 };

    private static Policy PolicyOf(bool denies) => new(new()
    {
        Name = "p",
        Generation = 1,
        Account = [AccountSource.Ip],
        Endpoints = [new("messages", [new("GET", "/c/{id}/messages")], "id")],
        AccountGroups = new(Max),
        OnFailure = denies ? OnFailure.Deny : OnFailure.Allow,
        Limits =
        [
            Limit("paths", Scope.Endpoint, 5) with { When = new([new("endpoint", ["other"])]) },
            Limit("messages", Scope.Burst, 5) with { When = new([new("endpoint", ["messages"])]) },
            Limit("account", Scope.Account, 100),
        ],
    });

    private static LimitDefinition Limit(string name, Scope scope, int permits) => new()
    {
        Name = name,
        Scope = scope,
        Cases = [new(Condition.Always, new Rule(Algorithm.FixedWindow, permits, TimeSpan.FromSeconds(60)))],
    };
}
