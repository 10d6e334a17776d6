using OrleansLimiter.Decisions;
using OrleansLimiter.Testing.Several;

namespace OrleansLimiter.Cluster.Tests.Several;

/// <summary>Compares the decisions of front-ends on random requests together with those of a slow model.</summary>
public sealed class SeveralAgainstModelTests(LimiterCluster cluster) : IClassFixture<LimiterCluster>, IDisposable
{
    private const int Scripts = 40;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task Of_a_front_end_outside() => CheckAsync(accounts: 1, cluster.FrontEnd());

    [Fact]
    public Task Of_a_front_end_outside_with_accounts_on_different_silos() => CheckAsync(accounts: 5, cluster.FrontEnd());

    [Fact]
    public Task Of_a_front_end_in_the_process_of_one_of_three_silos() => CheckAsync(accounts: 4, cluster.FrontEndInside(silo: 1));

    [Fact]
    public Task Of_a_front_end_that_always_reserves() => CheckAsync(accounts: 2, new ReservingStore(cluster.FrontEnd()));

    private async Task CheckAsync(int accounts, IBucketStore store)
    {
        var limiter = new Limiter(
            store, OverrideStore.Open(_folder.Path($"{Guid.NewGuid():n}.json"), cluster.Time), cluster.Clock,
            new() { Deadline = TimeSpan.FromSeconds(10) });
        int seed = Environment.TickCount;
        for (int script = 0; script < Scripts; script++)
        {
            var model = new SeveralModel();
            foreach (LimitCall[] calls in AnyCalls.Script(
                seed + script, [.. Enumerable.Range(0, accounts).Select(_ => JointRequests.NewAccount())]))
            {
                try
                {
                    await CheckAsync(limiter, model, calls);
                }
                catch (Exception difference)
                {
                    throw new InvalidOperationException($"script {seed + script} of {accounts} accounts", difference);
                }
            }
        }
    }

    // A front-end repeats a refusal for up to a second, with the readings that it had, so after a refusal the groups are read.
    private static async Task CheckAsync(Limiter limiter, SeveralModel model, LimitCall[] calls)
    {
        Decision[] decisions = await limiter.CheckAllAsync(calls);
        var expected = model.Check(calls);
        if (expected.All(each => each.Allowed))
        {
            SeveralModel.AssertEqual(expected, decisions);
            return;
        }

        Assert.Contains(decisions, decision => !decision.Allowed);
        LimitCall[] peeks = [.. calls.Select(call => call with { Request = call.Request with { Peek = true } })];
        SeveralModel.AssertEqual(model.Check(peeks), await limiter.CheckAllAsync(peeks));
    }

    /// <summary>A store that cannot decide in one step.</summary>
    private sealed class ReservingStore(IBucketStore inner) : FakeBucketStore
    {
        protected override ValueTask<GroupReply> ExecuteAsync(GroupRequest request) => inner.ExecuteAsync(request);
    }
}
