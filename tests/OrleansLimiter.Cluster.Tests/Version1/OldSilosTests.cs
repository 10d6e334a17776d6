using OrleansLimiter.Decisions;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>A front-end of this version with silos of version 1, which support no joint acquisitions.</summary>
public sealed class OldSilosTests : IAsyncLifetime
{
    // The three groups of a request reserve.
    private const int Reservations = 3;

    private readonly OldSilos _old = new();
    private readonly OldSilos _mistaken = new() { SendVersions = true };
    private readonly TestFolder _folder = new();
    private readonly LimiterCluster _cluster;
    private readonly LimiterCluster _other;

    public OldSilosTests() => (_cluster, _other) = (new(_old, silos: 2), new(_mistaken, silos: 1));

    public async ValueTask InitializeAsync() => await Task.WhenAll(_cluster.InitializeAsync().AsTask(), _other.InitializeAsync().AsTask());

    public async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await _cluster.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task Requests_reserve_and_commit_and_no_silo_receives_what_it_does_not_know()
    {
        await AssertDecidesAsync(_cluster, _old);

        Assert.Equal((0, 0), (_old.JointCalls, _old.JointOperations));
    }

    [Fact]
    public async Task A_joint_acquisition_that_a_silo_rejects_is_not_executed_and_the_groups_reserve()
    {
        await AssertDecidesAsync(_other, _mistaken);

        Assert.NotEqual(0, _mistaken.JointOperations);
    }

    [Fact]
    public async Task Several_requests_of_one_bucket_whose_costs_a_silo_cannot_read_charge_nothing_and_on_failure_decides()
    {
        var limiter = new Limiter(
            _cluster.FrontEnd(), OverrideStore.Open(_folder.Path("overrides.json"), _cluster.Time), _cluster.Clock);
        Account account = JointRequests.NewAccount();
        await JointPolicy.CheckAsync(limiter, account, "1");

        Decision[] together = await limiter.CheckAllAsync((LimitCall[])
            [new(JointPolicy.Default, JointPolicy.Request(account, "1")), new(JointPolicy.Default, JointPolicy.Request(account, "2"))]);
        Decision[] apart = await limiter.CheckAllAsync((LimitCall[])
        [
            new(JointPolicy.Default, JointPolicy.Request(account, "1")),
            new(JointPolicy.Default, JointPolicy.Request(JointRequests.NewAccount(), "1")),
        ]);

        Assert.All(together, decision => Assert.Equal((false, DecisionNotes.FailureDecided), (decision.Allowed, decision.Notes)));
        Assert.All(apart, decision => Assert.Equal((true, DecisionNotes.None), (decision.Allowed, decision.Notes)));
        Decision read = await JointPolicy.CheckAsync(limiter, account, "1", peek: true);
        Assert.Equal((8, 2, 998), (read[0].Reading.Remaining, read[1].Reading.Remaining, read[2].Reading.Remaining));
    }

    // The account has 10 permits, and each burst 4.
    private async Task AssertDecidesAsync(LimiterCluster cluster, OldSilos silos)
    {
        var limiter = new Limiter(
            cluster.FrontEnd(), OverrideStore.Open(_folder.Path("overrides.json"), cluster.Time), cluster.Clock);
        Account account = JointRequests.NewAccount();
        var allowed = new List<bool>();
        foreach (string resource in (string[])["1", "1", "1", "1", "1", "2", "2", "2", "2", "2", "3", "3", "3"])
        {
            Decision decision = await JointPolicy.CheckAsync(limiter, account, resource);
            Assert.Equal(DecisionNotes.None, decision.Notes);
            allowed.Add(decision.Allowed);
            await silos.CommitsAsync(decision.Allowed ? Reservations : 0); // otherwise the next refusal can be contended
        }

        Assert.Equal([true, true, true, true, false, true, true, true, true, false, true, true, false], allowed);
        Decision read = await JointPolicy.CheckAsync(limiter, account, "3", peek: true);
        Assert.Equal((0, 2, 990), (read[0].Reading.Remaining, read[1].Reading.Remaining, read[2].Reading.Remaining));
    }
}
