using Orleans;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Messages with replicas that a silo must not use.</summary>
public sealed class BadReplicasTests : IAsyncLifetime
{
    private readonly LimiterCluster _cluster = new(filter: null, replicas: true);
    private readonly Account _account = JointRequests.NewAccount();
    private ISiloGrain _silo = null!;
    private Replicas _replicas = null!;
    private string _self = "";

    public async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        _self = _cluster.Listed(silos: 3).SiloOf(_account)!.ToParsableString();
        _silo = _cluster.Cluster.Client.GetGrain<ISiloGrain>(_self);
        _replicas = ReplicaPasses.Of(_cluster).ElementAt(_cluster.Silos.ToList().FindIndex(silo => silo.Name == _self));
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_message_is_refused_that_is_damaged_of_another_version_replayed_or_of_this_silo()
    {
        string owner = _cluster.Cluster.Silos.First(silo => silo.SiloAddress.ToParsableString() != _self).SiloAddress.ToParsableString();
        ReplicaMessage good = Message(owner, 5, Frame(used: 4));

        Assert.Equal(ReplicaReply.Refused, (await _silo.ReplicateAsync(Message(owner, 1, [1, 2, 3]))).Outcome);
        Assert.Equal(ReplicaReply.Refused, (await _silo.ReplicateAsync(Message(owner, 1, [2]))).Outcome);
        Assert.Equal(ReplicaReply.Refused, (await _silo.ReplicateAsync(Message(owner, 1, []))).Outcome);
        Assert.Equal(ReplicaReply.Refused, (await _silo.ReplicateAsync(Message("nobody", 1, Frame(used: 4)))).Outcome);
        Assert.Equal(ReplicaReply.Refused, (await _silo.ReplicateAsync(Message(_self, 1, Frame(used: 4)))).Outcome);
        Assert.Equal(0, _replicas.Count);

        Assert.Equal(ReplicaReply.Accepted, (await _silo.ReplicateAsync(good)).Outcome);
        Assert.Equal(ReplicaReply.Refused, (await _silo.ReplicateAsync(good)).Outcome);
        Assert.Equal(ReplicaReply.Refused, (await _silo.ReplicateAsync(Message(owner, 4, Frame(used: 1)))).Outcome);
        Assert.Equal((1, 7), (_replicas.Count, _replicas.Counters.Refused));
        Assert.Equal(26, await RemainingAsync());
    }

    [Fact]
    public async Task A_state_that_cannot_be_read_is_counted_and_its_group_starts_empty()
    {
        var frame = new ReplicaFrameWriter();
        frame.Add(new(Name, [99, 1, 2], TimeSpan.Zero, TimeSpan.FromMinutes(1), 0, default));

        Assert.Equal(ReplicaReply.Accepted, (await _silo.ReplicateAsync(Message("127.0.0.1:9@1", 1, frame.Take()))).Outcome);

        Assert.Equal(30, await RemainingAsync());
        Assert.Equal(1, _replicas.Counters.Refused);
    }

    [Fact]
    public async Task The_same_replica_from_several_silos_counts_once()
    {
        foreach (string owner in (string[])["127.0.0.1:9@1", "127.0.0.1:8@1", "127.0.0.1:7@1"])
        {
            await _silo.ReplicateAsync(Message(owner, 1, Frame(used: 4)));
        }

        Assert.Equal(26, await RemainingAsync());
    }

    private byte[] Name => TestSilos.NameOf(GroupGrainKey.Of(JointRequests.Keys(_account)[2]));

    private async Task<int> RemainingAsync() =>
        (await _cluster.Groups.ReadAsync(JointRequests.Keys(_account)[2], JointRequests.All, 1)).Readings[0].Remaining;

    private static ReplicaMessage Message(string owner, long sequence, byte[] frame) => new(owner, sequence, 0, isForwarded: false, frame);

    private byte[] Frame(int used)
    {
        var group = new BucketGroup();
        group.Execute(BucketOperation.Acquire(JointRequests.All, used), _cluster.Clock.Now);
        var frame = new ReplicaFrameWriter();
        frame.Add(new(Name, GroupSnapshot.Save(group, _cluster.Clock.Now), TimeSpan.Zero, TimeSpan.FromMinutes(1), 0, default));
        return frame.Take();
    }
}
