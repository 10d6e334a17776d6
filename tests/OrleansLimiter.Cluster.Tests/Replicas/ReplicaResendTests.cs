using Orleans.Runtime;
using OrleansLimiter.Grains;
using static OrleansLimiter.Cluster.Tests.TestSilos;

namespace OrleansLimiter.Cluster.Tests;

public class ReplicaResendTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(10);
    private readonly ReplicaResend<string> _resend = new(A);

    [Fact]
    public void A_replica_belongs_on_the_silo_with_the_highest_rank_other_than_the_holder()
    {
        HostingSilos list = List(A, B, C);
        var view = new ReplicaView(list);

        Assert.Equal(B, view.TargetOf(AccountOf(list, A, B), A));
        Assert.Equal(B, view.TargetOf(AccountOf(list, B, A), A));
        Assert.Null(new ReplicaView(List(A)).TargetOf(1, A));
    }

    [Fact]
    public void Groups_that_have_lost_their_replica_are_sent_before_those_whose_replica_is_in_another_place()
    {
        HostingSilos three = List(A, B, C);
        HostingSilos joined = List(A, B, D);
        (string, ulong)[] groups =
        [
            ("stays", Where(three, B, joined, B)), ("moves", Where(three, B, joined, D)), ("lost", Where(three, C, joined, D)),
        ];

        _resend.Add(groups, new(three), new(joined));

        Assert.Equal(["lost", "moves"], _resend.Take(s_long));
        Assert.Equal(0, _resend.Count);
    }

    [Fact]
    public void Two_thousand_groups_are_sent_per_second()
    {
        (string, ulong)[] groups = [.. Enumerable.Range(0, 5_000).Select(i => ($"{i}", (ulong)i))];

        _resend.Add(groups, new(List(A)), new(List(A, B)));

        Assert.Equal(200, _resend.Take(TimeSpan.FromMilliseconds(100)).Count());
        Assert.Equal(2_000, _resend.Take(TimeSpan.FromSeconds(1)).Count());
        Assert.Equal(2_800, _resend.Count);
    }

    [Fact]
    public void Lists_with_the_same_silos_have_the_same_fingerprint()
    {
        Assert.Equal(new ReplicaView(List(A, B)).Fingerprint, new ReplicaView(new(version: 7, [B, A])).Fingerprint);
        Assert.NotEqual(new ReplicaView(List(A, B)).Fingerprint, new ReplicaView(List(A, Silo(2, generation: 2))).Fingerprint);
    }

    // An account whose replica belongs on one silo by one list, and on another one by the other list.
    private static ulong Where(HostingSilos before, SiloAddress from, HostingSilos now, SiloAddress to) => Enumerable.Range(0, 100_000)
        .Select(i => (ulong)i * 0x9E3779B97F4A7C15)
        .First(account =>
            from.Equals(new ReplicaView(before).TargetOf(account, A)) && to.Equals(new ReplicaView(now).TargetOf(account, A)));
}
