using System.Collections.Concurrent;
using System.Diagnostics;
using Orleans.Runtime;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>
/// Requests of three limits through three front-ends while silos join and leave. The clock of the limiter stands still, so every
/// permit that is acquired stays in use.
/// </summary>
public sealed class MembershipStressTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Accounts = 24;
    private const int BurstPermits = 3;
    private const int FewPermits = 300;
    private const int ManyPermits = 1_000_000;

    // The time for which silos join and leave, and the time after which the test has deadlocked.
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);

    private readonly LimiterCluster _cluster = new();
    private readonly TestFolder _folder = new();
    private readonly ConcurrentDictionary<(int Account, string Resource), int> _allowed = new();
    private readonly Account[] _accounts = [.. Enumerable.Range(0, Accounts).Select(_ => JointRequests.NewAccount())];
    private readonly int[] _uncertain = new int[Accounts];
    private Policy[] _policies = [];
    private int _decisions;

    public async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        _cluster.Listed(silos: 3);
    }

    public async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await _cluster.DisposeAsync();
    }

    [Theory]
    [InlineData(OnFailureKind.Deny)]
    [InlineData(OnFailureKind.Allow)]
    public async Task A_refused_request_consumes_nothing_and_no_limit_of_a_silo_that_stays_is_exceeded(OnFailureKind onFailure)
    {
        _policies = [.. Enumerable.Range(0, Accounts).Select(i => JointPolicy.Of(PermitsOf(i), BurstPermits, ManyPermits, onFailure))];
        Limiter[] limiters = [.. new[] { _cluster.FrontEnd(), _cluster.FrontEnd(), _cluster.FrontEndInside(silo: 0) }.Select(Limiter)];
        for (int i = 0; i < Accounts; i++)
        {
            await CheckAsync(limiters[i % 3], i, "first"); // the groups of the account and of the endpoint are on silos that stay
        }

        using var end = new CancellationTokenSource();
        Task[] load = [.. Enumerable.Range(0, 9).Select(caller => Task.Run(() => SendAsync(limiters[caller % 3], caller, end.Token)))];
        List<HostingSilos> lists = await JoinAndLeaveAsync().WaitAsync(s_limit);
        await end.CancelAsync();
        await Task.WhenAll(load).WaitAsync(s_limit);

        output.WriteLine($"{_decisions} decisions, {_uncertain.Sum()} allowed without all groups, {lists.Count} silos joined and left");
        Assert.InRange(lists.Count, 1, int.MaxValue);
        SiloAddress[] stayed = [.. _cluster.Cluster.Silos.Select(silo => silo.SiloAddress)];
        for (int i = 0; i < Accounts; i++)
        {
            int allowed = _allowed.Where(each => each.Key.Account == i).Sum(each => each.Value);
            Assert.InRange(allowed, 1, PermitsOf(i) + _uncertain[i]);
            await AssertConsumedAsync(limiters[0], i, allowed);
            if (_uncertain[i] == 0 && lists.All(list => stayed.Contains(list.SiloOf(_accounts[i])!)))
            {
                // All groups of the account were on silos that stayed.
                Assert.All(_allowed.Where(each => each.Key.Account == i), each => Assert.InRange(each.Value, 0, BurstPermits));
            }
        }
    }

    private static int PermitsOf(int account) => account % 2 == 0 ? FewPermits : ManyPermits;

    private Limiter Limiter(ClusterBucketStore store, int number) =>
        new(store, OverrideStore.Open(_folder.Path($"{number}.json"), _cluster.Time), _cluster.Clock);

    /// <summary>One silo after the other joins and leaves. Returns the lists of silos that were in force.</summary>
    private async Task<List<HostingSilos>> JoinAndLeaveAsync()
    {
        var lists = new List<HostingSilos>();
        long began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < s_duration)
        {
            await _cluster.Cluster.StartAdditionalSiloAsync();
            lists.Add(_cluster.Listed(silos: 4));
            await Task.Run(() => SpinWait.SpinUntil(Progress(2000), s_limit));
            await _cluster.Cluster.StopSiloAsync(_cluster.Cluster.Silos[3]);
            _cluster.Listed(silos: 3);
            await Task.Run(() => SpinWait.SpinUntil(Progress(2000), s_limit));
        }

        return lists;
    }

    private Func<bool> Progress(int decisions)
    {
        int before = Volatile.Read(ref _decisions);
        return () => Volatile.Read(ref _decisions) - before >= decisions;
    }

    private async Task SendAsync(Limiter limiter, int caller, CancellationToken end)
    {
        var random = new Random(caller);
        for (int i = 0; !end.IsCancellationRequested; i++)
        {
            await CheckAsync(limiter, random.Next(Accounts), $"{random.Next(i / 50 + 1)}");
        }
    }

    private async Task CheckAsync(Limiter limiter, int account, string resource)
    {
        Decision decision = await JointPolicy.CheckAsync(limiter, _accounts[account], resource, policy: _policies[account]);
        _allowed.AddOrUpdate((account, resource), decision.Allowed ? 1 : 0, (_, before) => before + (decision.Allowed ? 1 : 0));
        Interlocked.Increment(ref _decisions);
        Interlocked.Add(ref _uncertain[account], decision.Allowed && (decision.Notes & DecisionNotes.FailureDecided) != 0 ? 1 : 0);
    }

    // Cancellations are not awaited by the decision, so the last ones may still be on their way. A request that was allowed without
    // a reply of all groups may have consumed its cost or not.
    private async Task AssertConsumedAsync(Limiter limiter, int account, int allowed)
    {
        (int company, int endpoint) = (0, 0);
        long began = Stopwatch.GetTimestamp();
        do
        {
            Decision read = await JointPolicy.CheckAsync(limiter, _accounts[account], "first", peek: true, _policies[account]);
            (company, endpoint) = (PermitsOf(account) - read[0].Reading.Remaining, ManyPermits - read[2].Reading.Remaining);
        }
        while ((company > allowed || endpoint > allowed) && Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10));

        Assert.InRange(company, allowed - _uncertain[account], allowed);
        Assert.InRange(endpoint, allowed - _uncertain[account], allowed);
    }
}
