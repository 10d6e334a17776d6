using static OrleansLimiter.Core.Tests.One;

namespace OrleansLimiter.Core.Tests.Stores;

/// <summary>The replica of a rolling window, which can have thousands of times.</summary>
public sealed class ReplicaSizeTests : IDisposable
{
    private const int Permits = 4_000;
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(10);
    private static readonly GroupRules s_rules = Rule(Algorithm.RollingWindow, Permits, seconds: 60);

    private readonly FakeTime _time = new();
    private readonly LivingGroups _groups;
    private readonly BucketGroupEntry _group = new();
    private readonly BucketGroup _continued = new();

    public ReplicaSizeTests() => _groups = new(new(_time), 10, () => { });

    public void Dispose() => _groups.Dispose();

    [Fact]
    public void A_replica_has_at_most_64_times_and_no_permit_comes_back_earlier_than_in_its_group()
    {
        for (int i = 0; i < Permits; i++)
        {
            Assert.True(_group.TryExecute(BucketOperation.Acquire(s_rules, 1), _groups, out _));
            _time.Advance(s_step);
        }

        Assert.True(_group.TryTakeReplica(Survive.Crash, _groups.Clock, out GroupReplica replica));

        Assert.InRange(replica.State!.Length, 64, 700);
        GroupSnapshot.Restore(_continued, replica.State, replica.At);
        Assert.Equal((0, 0), (Remaining(_group), Remaining(_continued)));
        while (Remaining(_group) < Permits)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            Assert.InRange(Remaining(_continued), Remaining(_group) - (Permits / 64) - 1, Remaining(_group));
        }

        Assert.Equal(Permits, Remaining(_continued));
    }

    [Fact]
    public void A_replica_of_up_to_64_times_is_exact()
    {
        for (int i = 0; i < 64; i++)
        {
            _group.TryExecute(BucketOperation.Acquire(s_rules, 1), _groups, out _);
            _time.Advance(s_step);
        }

        Assert.True(_group.TryTakeReplica(Survive.Crash, _groups.Clock, out GroupReplica replica));

        Assert.Equal(GroupSnapshot.Save(_group, replica.At), replica.State);
    }

    private int Remaining(BucketGroup group) =>
        group.Execute(BucketOperation.Read(s_rules, 1), _groups.Clock.Now).Readings[0].Remaining;
}
