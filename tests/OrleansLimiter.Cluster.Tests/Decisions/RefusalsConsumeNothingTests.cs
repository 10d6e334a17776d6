using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>A denied request consumes nothing, even if its groups are on different silos and requests are concurrent.</summary>
public sealed class RefusalsConsumeNothingTests : IClassFixture<LimiterCluster>, IDisposable
{
    private const int CompanyLimit = 50;

    private readonly LimiterCluster _cluster;
    private readonly TestFolder _folder = new();
    private readonly Limiter _limiter;
    private readonly Policy _front;
    private readonly Account _company = new(AccountKind.Id, $"cmp_{Guid.NewGuid():n}");

    public RefusalsConsumeNothingTests(LimiterCluster cluster)
    {
        _cluster = cluster;
        PolicyCatalogLoad load = PolicyCatalog.Load([Path.Combine(AppContext.BaseDirectory, "policies", "front.yaml")], cluster.Time);
        _front = load.Catalog!.Current.Policies["front"].Policy;
        _limiter = new(cluster.Groups, OverrideStore.Open(_folder.Path("overrides.json"), cluster.Time), cluster.Clock);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Concurrent_refusals_by_bursts_consume_nothing_of_the_company()
    {
        // The burst allows one; or none, if the request with its permit found all permits of the company reserved.
        int used = (await AtOnceAsync(400, "POST", "/exports")).Count(decision => decision.Allowed);
        Assert.InRange(used, 0, 1);

        Decision[] plain = await OneByOneAsync(CompanyLimit, "GET", "/contacts");

        Assert.Equal(CompanyLimit - used, plain.Count(decision => decision.Allowed));
    }

    [Fact]
    public async Task No_refusal_has_a_window_as_retry_after_because_of_a_reservation()
    {
        for (int round = 0; round < 10; round++)
        {
            Decision[] exports = await AtOnceAsync(200, "POST", "/exports");

            // The burst allows one a second. The company always has permits.
            Assert.All(exports.Where(decision => !decision.Allowed), decision =>
                Assert.InRange(LongestWait(decision), new TimeSpan(1), TimeSpan.FromSeconds(1)));
        }
    }

    [Fact]
    public async Task Short_reservations_of_other_requests_do_not_deny_for_long()
    {
        Task<Decision[]> bursts = AtOnceAsync(400, "POST", "/exports");
        Decision[] plain = await AtOnceAsync(30, "GET", "/contacts");
        await bursts;

        Decision[] rest = await OneByOneAsync(CompanyLimit, "GET", "/contacts");

        int used = plain.Count(decision => decision.Allowed) + rest.Count(decision => decision.Allowed)
            + (await bursts).Count(decision => decision.Allowed);
        Assert.Equal(CompanyLimit, used);
        Assert.All(plain.Where(decision => !decision.Allowed), decision =>
            Assert.InRange(LongestWait(decision), new TimeSpan(1), BucketGroup.ReservationTimeout));
    }

    [Fact]
    public async Task A_front_end_that_stops_between_reserve_and_commit_costs_only_its_pending_acquisitions()
    {
        GroupKey company = GroupKey.ForAccount("front", _company);
        GroupRules rules = new([new("company", new(Algorithm.FixedWindow, CompanyLimit, TimeSpan.FromMinutes(1)))], new(1, 0));
        for (int i = 0; i < 7; i++)
        {
            await _cluster.Groups.AcquireAsync(company, rules, 1, OperationId.New(), reserve: true);
        }

        _cluster.Time.Advance(BucketGroup.ReservationTimeout);

        Decision[] plain = await OneByOneAsync(CompanyLimit, "GET", "/contacts");
        Assert.Equal(CompanyLimit - 7, plain.Count(decision => decision.Allowed));
    }

    private static TimeSpan LongestWait(in Decision decision)
    {
        TimeSpan longest = TimeSpan.Zero;
        for (int i = 0; i < decision.Count; i++)
        {
            longest = decision[i].Reading.RetryAfter > longest ? decision[i].Reading.RetryAfter : longest;
        }

        return longest;
    }

    private Task<Decision[]> AtOnceAsync(int count, string method, string path) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(() => CheckAsync(method, path))));

    private async Task<Decision[]> OneByOneAsync(int count, string method, string path)
    {
        var decisions = new Decision[count];
        for (int i = 0; i < count; i++)
        {
            decisions[i] = await CheckAsync(method, path);
        }

        return decisions;
    }

    private async Task<Decision> CheckAsync(string method, string path)
    {
        Assert.True(_front.Endpoints.TryMatch(method, path, out var endpoint, out _));
        return await _limiter.CheckAsync(_front, new LimitRequest { Account = _company, Method = method, Endpoint = endpoint, Cost = 1 });
    }
}
