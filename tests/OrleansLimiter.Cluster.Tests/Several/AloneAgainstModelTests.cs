using OrleansLimiter.Decisions;
using OrleansLimiter.Testing.Several;

namespace OrleansLimiter.Cluster.Tests.Several;

/// <summary>As <see cref="SeveralAgainstModelTests"/>, with the only silo in the process of the front-end: all groups are local.</summary>
public sealed class AloneAgainstModelTests : IAsyncLifetime
{
    private const int Scripts = 150;

    private readonly LimiterCluster _cluster = new(filter: null, silos: 1);
    private readonly TestFolder _folder = new();

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Random_requests_together_are_decided_as_by_the_model_and_in_the_end_without_a_task()
    {
        var limiter = new Limiter(
            _cluster.FrontEndInside(silo: 0), OverrideStore.Open(_folder.Path("overrides.json"), _cluster.Time), _cluster.Clock,
            new() { Deadline = TimeSpan.FromSeconds(10) });
        int seed = Environment.TickCount;
        for (int script = 0; script < Scripts; script++)
        {
            var model = new SeveralModel();
            foreach (LimitCall[] calls in AnyCalls.Script(seed + script, JointRequests.NewAccount(), JointRequests.NewAccount()))
            {
                SeveralModel.AssertEqual(model.Check(calls), await limiter.CheckAllAsync(calls));
            }
        }

        LimitCall call = Account(JointRequests.NewAccount(), "e");
        LimitCall[] two = [call, Account(call.Request.Account, "f")];
        await limiter.CheckAllAsync(two);
        ValueTask<Decision[]> again = limiter.CheckAllAsync(two);

        Assert.True(again.IsCompletedSuccessfully);
        Assert.Equal(
            [(true, 8, 4), (true, 8, 4)],
            (await again).Select(each => (each.Allowed, each[0].Reading.Remaining, each[1].Reading.Remaining)));

        static LimitCall Account(Account account, string endpoint) => new(SeveralModel.Policies[2], new()
        {
            Account = account,
            Method = "GET",
            Endpoint = new(endpoint == "e" ? 0 : 1, endpoint, ""),
            Cost = 1,
        });
    }
}
