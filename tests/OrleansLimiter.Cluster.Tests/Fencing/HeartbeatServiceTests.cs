using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Metadata;
using Orleans.Runtime;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Heartbeats between silos of Orleans.</summary>
public sealed class HeartbeatServiceTests : IAsyncLifetime
{
    private readonly FaultyCluster _faulty = new(silos: 2, fencing: true);

    private SiloAddress First => _faulty.Cluster.Cluster.Silos[0].SiloAddress;

    private SiloAddress Second => _faulty.Cluster.Cluster.Silos[1].SiloAddress;

    private IServiceProvider Services => _faulty.Cluster.Cluster.GetSiloServiceProvider(First);

    public ValueTask InitializeAsync() => _faulty.InitializeAsync();

    public ValueTask DisposeAsync() => _faulty.DisposeAsync();

    [Fact]
    public async Task A_silo_acknowledges_the_heartbeats_of_members_and_of_silos_that_it_does_not_know_yet()
    {
        var sender = Services.GetRequiredService<IHeartbeatSender>();

        Assert.False((await sender.SendAsync(Second, Of(First))).IsDead);
        Assert.False((await sender.SendAsync(Second, Of(SiloAddress.New(IPAddress.Parse("192.0.2.1"), 1, 1)))).IsDead);
    }

    [Fact]
    public async Task A_silo_whose_successor_runs_at_its_address_is_dead()
    {
        var sender = Services.GetRequiredService<IHeartbeatSender>();
        var before = SiloAddress.New(First.Endpoint, First.Generation - 1);

        Assert.True((await sender.SendAsync(Second, Of(before))).IsDead);
    }

    [Fact]
    public async Task A_silo_of_an_earlier_version_receives_an_empty_batch_and_its_answer_is_an_acknowledgment()
    {
        var manifests = new FakeManifests
        {
            Current = new(
                new(1, 0), ImmutableDictionary<SiloAddress, GrainManifest>.Empty.Add(Second, FakeManifests.Of("silo", "account"))),
        };
        var sender = new HeartbeatSender(Services, Services.GetRequiredService<IGrainFactory>(), manifests);
        int batches = _faulty.Calls(nameof(ISiloGrain.ExecuteBatchAsync));

        Assert.False((await sender.SendAsync(Second, Of(First))).IsDead);

        Assert.Equal(batches + 1, _faulty.Calls(nameof(ISiloGrain.ExecuteBatchAsync)));
    }

    [Fact]
    public void The_manifest_of_a_silo_tells_that_it_receives_heartbeats() =>
        Assert.True(HeartbeatsAttribute.IsOn(Services.GetRequiredService<IClusterManifestProvider>().Current.Silos[Second]));

    [Fact]
    public async Task Each_silo_decides_and_its_fence_opens_again_by_the_heartbeats_of_its_thread()
    {
        GroupKey key = GroupKey.ForAccount("p", JointRequests.NewAccount());
        _faulty.Cluster.Time.Advance(TimeSpan.FromHours(1));

        Assert.True(SpinWait.SpinUntil(
            () => _faulty.Cluster.Silos.All(silo => !silo.Living.IsFenced(silo.Living.Clock.Now)), TimeSpan.FromSeconds(60)));

        Assert.Equal(GroupOutcome.Allowed, (await _faulty.Cluster.Groups.AcquireAsync(key, JointRequests.All, 1)).Outcome);
    }

    private static HeartbeatMessage Of(SiloAddress silo) => new(silo.ToParsableString(), isLeaving: false);
}
