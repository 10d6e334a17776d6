using Microsoft.Extensions.DependencyInjection;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>A silo that is asked to stop hands its groups over to the other silos.</summary>
public sealed class PlannedStopTests : IAsyncLifetime
{
    private static readonly GroupRules s_many = JointRequests.Rules(1_000_000);

    private readonly LimiterCluster _cluster = new();
    private readonly TestFolder _folder = new();
    private readonly Account[] _accounts = [.. Enumerable.Range(0, 60).Select(_ => JointRequests.NewAccount())];
    private ClusterBucketStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        _cluster.Listed(silos: 3);
        _store = await _cluster.FrontEnd().KnowingSilosAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Every_group_continues_on_another_silo_with_its_counts()
    {
        foreach (Account account in _accounts)
        {
            await _store.AcquireAllAsync(JointRequests.Of(account, cost: 3)).AssertRemainingAsync(7, 17, 27);
        }

        long living = _cluster.Silos.Sum(silo => silo.Living.Count);
        long moving = _cluster.Silos.ElementAt(1).Living.Count;
        HandOverCounters stopped = Counters(1);
        await StopAsync(1);

        Assert.Equal((moving, 0), (stopped.Sent, stopped.Lost));
        foreach (Account account in _accounts)
        {
            await _store.AssertRemainAsync(account, 7, 17, 27);
        }

        // Groups that nobody asks for are activated soon as well.
        Assert.True(SpinWait.SpinUntil(() => Counters(0).Received + Counters(1).Received == moving, TimeSpan.FromSeconds(60)));
        Assert.Equal(living, _cluster.Silos.Sum(silo => silo.Living.Count));
    }

    [Fact]
    public async Task A_reservation_can_be_canceled_and_an_id_counts_once_after_the_stop()
    {
        var id = OperationId.New();
        foreach (Account account in _accounts)
        {
            await _store.AcquireAsync(JointRequests.Keys(account)[0], JointRequests.Burst, 2, id, reserve: true);
            await _store.AcquireAsync(JointRequests.Keys(account)[1], JointRequests.Endpoint, 2, id);
        }

        await StopAsync(1);

        foreach (Account account in _accounts)
        {
            await _store.CancelAsync(JointRequests.Keys(account)[0], JointRequests.Burst, 2, id);
            await _store.AcquireAsync(JointRequests.Keys(account)[1], JointRequests.Endpoint, 2, id);
            await _store.AssertRemainAsync(account, 10, 18, 30);
        }
    }

    [Fact]
    public async Task No_acquisition_is_lost_or_unavailable_while_a_silo_stops()
    {
        using var stopped = new CancellationTokenSource();
        Task<int>[] callers = [.. _accounts[..16].Select(account => CountAsync(account, stopped.Token))];

        await StopAsync(1);
        await StopAsync(0);
        await stopped.CancelAsync();

        int[] allowed = await Task.WhenAll(callers);
        for (int i = 0; i < callers.Length; i++)
        {
            GroupReply read = await _store.ReadAsync(JointRequests.Keys(_accounts[i])[2], s_many, 1);
            Assert.Equal(1_000_000 - allowed[i], read.Readings[0].Remaining);
        }

        Assert.Equal(0, Counters(0).Lost);
    }

    private async Task<int> CountAsync(Account account, CancellationToken stopped)
    {
        int allowed = 0;
        while (!stopped.IsCancellationRequested)
        {
            GroupReply reply = await _store.AcquireAsync(JointRequests.Keys(account)[2], s_many, 1, OperationId.New());
            Assert.Equal((GroupOutcome.Allowed, GroupNotes.None), (reply.Outcome, reply.Notes));
            allowed++;
        }

        return allowed;
    }

    private HandOverCounters Counters(int silo) =>
        _cluster.Cluster.GetSiloServiceProvider(_cluster.Cluster.Silos[silo].SiloAddress).GetRequiredService<HandOvers>().Counters;

    private Task StopAsync(int silo) => _cluster.Cluster.StopSiloAsync(_cluster.Cluster.Silos[silo]);
}
