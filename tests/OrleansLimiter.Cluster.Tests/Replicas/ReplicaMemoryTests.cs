using OrleansLimiter.Grains;
using OrleansLimiter.Testing;
using static OrleansLimiter.Cluster.Tests.TestSilos;

namespace OrleansLimiter.Cluster.Tests;

[Collection(nameof(Alone))]
public sealed class ReplicaMemoryTests
{
    private const int Count = 100_000;

    // What tests before this one have left is freed at any time, so it is the median of several measurements.
    private const int Measurements = 5;

    [Fact]
    public void A_replica_takes_at_most_150_bytes_beyond_its_state()
    {
        (long Measured, long Estimated, int State)[] all =
            [.. Enumerable.Range(0, Measurements).Select(_ => Measure()).OrderBy(each => each.Measured)];
        (long each, long estimated, int state) = all[Measurements / 2];

        Assert.InRange(each - state, 60, 150);
        Assert.InRange(estimated, each * 4 / 5, each * 5 / 4);
    }

    private static (long Measured, long Estimated, int State) Measure()
    {
        var window = TimeSpan.FromMinutes(1);
        using var living = new LivingGroups(new(new FakeTime()), Count, sweep: () => { }, maxBytes: 1_000_000_000);
        var store = new ReplicaStore(living);
        var view = new ReplicaView(List(A, B, C));
        var group = new BucketGroup();
        group.Execute(BucketOperation.Acquire(JointRequests.Rules(100, (int)window.TotalMilliseconds), 5), living.Clock.Now);
        byte[] state = GroupSnapshot.Save(group, living.Clock.Now);
        byte[][] names = [.. Enumerable.Range(0, Count).Select(i => NameOf($"id:account-{i:d8}|policy||"))];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Count; i++)
        {
            store.Put(store.Owners.Of(A, default)!, 1, new(names[i], state, default, window, 0, default), view);
        }

        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
        GC.KeepAlive(names);
        return (each, store.Bytes / Count, state.Length);
    }
}

/// <summary>Without parallel tests, whose memory would be counted.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
