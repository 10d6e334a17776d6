using Orleans.Runtime;
using OrleansLimiter.Grains;
using OrleansLimiter.Testing;
using static OrleansLimiter.Cluster.Tests.TestSilos;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>What a silo keeps of the groups of others.</summary>
public sealed class ReplicaStoreTests : IDisposable
{
    private const int Permits = 100;
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);
    private static readonly GroupRules s_rules = JointRequests.Rules(Permits, (int)s_window.TotalMilliseconds);
    private static readonly byte[] s_name = NameOf("id:acme|p||");

    private readonly FakeTime _time = new();
    private readonly LivingGroups _living;
    private readonly ReplicaStore _store;
    private ReplicaView _view = new(List(A, B, C));

    public ReplicaStoreTests()
    {
        _living = new(new(_time), max: 10_000, sweep: () => { }, maxBytes: 1_000_000);
        _store = new(_living);
    }

    public void Dispose() => _living.Dispose();

    [Fact]
    public void A_newer_state_of_the_owner_replaces_the_one_that_is_kept_and_an_older_one_never_does()
    {
        Assert.Equal(ReplicaOutcome.Kept, Put(A, 1, used: 5));
        Assert.Equal(ReplicaOutcome.Kept, Put(A, 3, used: 4));
        Assert.Equal(ReplicaOutcome.Older, Put(A, 2, used: 9));
        Assert.Equal(4, Used());

        Assert.Equal(ReplicaOutcome.Kept, Put(A, 3, used: 6)); // a group can be in a message twice
        Assert.Equal(6, Used());
        Assert.Equal(1, _store.Count);
    }

    [Fact]
    public void The_state_of_another_owner_is_merged()
    {
        Put(A, 9, used: 5);
        Put(B, 1, used: 3);
        Assert.Equal(5, Used());

        Put(C, 1, used: 8);
        Assert.Equal(8, Used());
        Assert.Equal(1, _store.Count);
    }

    [Fact]
    public void The_state_of_another_owner_replaces_it_if_permits_were_returned_unless_the_owner_has_left()
    {
        Put(A, 9, used: 5);
        Put(D, 1, used: 1, flags: ReplicaFlags.Replaces);
        Assert.Equal(5, Used());

        Put(B, 1, used: 1, flags: ReplicaFlags.Replaces);
        Assert.Equal(1, Used());
    }

    [Fact]
    public void A_state_without_permits_in_use_removes_the_replica()
    {
        Put(A, 1, used: 5);
        Put(A, 2, used: 0, flags: ReplicaFlags.Replaces);

        Assert.Equal((0, 0), (_store.Count, _store.Bytes));
        Assert.False(_store.TryFind(s_name, out _));
    }

    [Fact]
    public void The_state_of_an_owner_that_has_left_is_returned_to_the_next_owner()
    {
        Put(A, 1, used: 5);
        _view = new(List(B, C));
        var earlier = new ReplicaFrameWriter();

        Put(B, 1, used: 3, earlier: earlier);
        Put(B, 2, used: 4, earlier: earlier);

        Assert.Equal(1, earlier.Count);
        var reader = new ReplicaFrameReader(earlier.Take());
        Assert.True(reader.TryRead(out ReplicaRecord record));
        Assert.Equal(5, Used(record.State.ToArray(), _living.Clock.Now));
        Assert.Equal(4, Used());
    }

    [Fact]
    public void A_replica_goes_when_it_has_decayed()
    {
        Put(A, 1, used: 5);
        _time.Advance(s_window - TimeSpan.FromTicks(1));
        SweepAll();
        Assert.Equal(1, _store.Count);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(_store.TryFind(s_name, out _));
        SweepAll();
        Assert.Equal((0, 0), (_store.Count, _store.Bytes));
    }

    [Fact]
    public void A_replica_goes_when_its_owner_has_sent_all_groups_by_the_list_and_another_silo_keeps_it()
    {
        HostingSilos four = List(A, B, C, D);
        byte[] moved = NameOf(KeyOf(four, A, D));
        Put(A, 1, used: 5, name: moved);
        _view = new(four);
        SweepAll();
        Assert.Equal(1, _store.Count);

        _store.Owners.Of(A, default)!.Settled = _view.Fingerprint;
        SweepAll();
        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public void Replicas_leave_room_for_living_groups()
    {
        ReplicaOutcome[] outcomes =
            [.. Enumerable.Range(0, 1_000).Select(i => Put(A, 1 + i, 1, name: NameOf($"{i}{new string('x', 1_000)}")))];

        Assert.InRange(_store.Bytes, 800_000, 801_200);
        Assert.Equal(_store.Count, outcomes.Count(outcome => outcome == ReplicaOutcome.Kept));
        Assert.Contains(ReplicaOutcome.Full, outcomes);

        while (_living.Bytes < 300_000)
        {
            new BucketGroupEntry().TryExecute(BucketOperation.Acquire(s_rules, 1), _living, out _);
        }

        int dropped = SweepAll();
        Assert.InRange(_store.Bytes, 598_000, 600_200);
        Assert.InRange(dropped, 1, 1_000);
    }

    [Fact]
    public void Only_the_replicas_of_silos_that_have_left_are_sent_on_and_only_where_they_are_missing()
    {
        HostingSilos two = List(B, C);
        byte[] here = NameOf(KeyOf(two, B, C));
        byte[] there = NameOf(KeyOf(two, C, B));
        Put(A, 1, used: 5, name: here);
        Put(A, 2, used: 5, name: there);
        Put(C, 1, used: 5, name: NameOf(KeyOf(two, C, B, skip: 1)));
        _view = new(two);

        Assert.True(_store.HasOrphans(silo => !_view.Contains(silo)));
        Assert.Equal(
            [(here, null, C, true), (there, C, null, true)],
            _store.Orphans(_view, B).Select(orphan => (orphan.Name, orphan.First, orphan.Second, orphan.IsKept))
                .OrderByDescending(orphan => orphan.Name == here || orphan.First is null));
        Assert.All(_store.Orphans(_view, D), orphan => Assert.False(orphan.IsKept));
    }

    private ReplicaOutcome Put(
        SiloAddress owner, long sequence, int used, ReplicaFlags flags = default, byte[]? name = null,
        ReplicaFrameWriter? earlier = null) =>
        _store.Put(
            _store.Owners.Of(owner, _living.Clock.Now)!, sequence,
            new(name ?? s_name, used == 0 ? [] : State(used), TimeSpan.Zero, used == 0 ? TimeSpan.Zero : s_window, 0, flags),
            _view, earlier);

    private int SweepAll() => Enumerable.Range(0, 64).Sum(_ => _store.SweepPart(_view, C));

    private byte[] State(int used)
    {
        var group = new BucketGroup();
        group.Execute(BucketOperation.Acquire(s_rules, used), _living.Clock.Now);
        return GroupSnapshot.Save(group, _living.Clock.Now);
    }

    private int Used() => _store.TryFind(s_name, out FoundReplica found) ? Used(found.State, found.SavedAt) : 0;

    private int Used(byte[] state, Instant savedAt)
    {
        var group = new BucketGroup();
        GroupSnapshot.Restore(group, state, savedAt);
        return Permits - group.Execute(new(OperationKind.Read, s_rules, 1, OperationId.None), _living.Clock.Now).Readings[0].Remaining;
    }
}
