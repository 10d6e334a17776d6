using System.Collections.Immutable;
using System.Net;
using Orleans.Metadata;
using Orleans.Runtime;
using OrleansLimiter.Grains;

namespace OrleansLimiter.Cluster.Tests;

public class HostingSilosTests
{
    private static readonly SiloAddress s_a = SiloAddress.New(IPAddress.Loopback, 1, 1);
    private static readonly SiloAddress s_b = SiloAddress.New(IPAddress.Loopback, 2, 1);
    private static readonly SiloAddress s_c = SiloAddress.New(IPAddress.Loopback, 3, 1);

    private readonly FakeManifests _manifests = new();
    private readonly ManifestHostingSilos _hosting;

    public HostingSilosTests() => _hosting = new(_manifests);

    [Fact]
    public void Before_the_membership_is_known_there_are_no_silos()
    {
        Assert.Equal(0, _hosting.Current.Version);
        Assert.Empty(_hosting.Current.Silos);
        Assert.Null(_hosting.Current.SiloOf(new(AccountKind.Id, "m_42")));
    }

    [Fact]
    public void Only_silos_with_all_grains_of_bucket_groups_are_in_the_list()
    {
        Publish(7, 0, (s_a, FakeManifests.Limiter), (s_b, FakeManifests.Of("orders")), (s_c, FakeManifests.Of("endpoint", "account")));

        Assert.Equal([s_a], _hosting.Current.Silos);
    }

    [Fact]
    public void The_version_rises_with_the_membership_and_with_what_a_silo_learns_of_it()
    {
        List<long> versions = [_hosting.Current.Version];
        foreach ((long membership, long minor) in ((long, long)[])[(1, 0), (1, 1), (2, 0), (2, 1), (2, 100_000), (3, 0)])
        {
            Publish(membership, minor, (s_a, FakeManifests.Limiter));
            versions.Add(_hosting.Current.Version);
        }

        Assert.Equal([0, 0x1_0000, 0x1_0001, 0x2_0000, 0x2_0001, 0x2_FFFF, 0x3_0000], versions);
    }

    [Fact]
    public void The_same_list_is_returned_until_the_cluster_changes()
    {
        Publish(7, 0, (s_a, FakeManifests.Limiter), (s_b, FakeManifests.Limiter));
        HostingSilos before = _hosting.Current;
        Assert.Same(before, _hosting.Current);

        Publish(8, 0, (s_a, FakeManifests.Limiter));

        Assert.Equal([s_a], _hosting.Current.Silos);
        Assert.Equal(2, before.Silos.Length);
    }

    private void Publish(long membership, long minor, params (SiloAddress Silo, GrainManifest Manifest)[] silos) =>
        _manifests.Current = new(new(membership, minor), silos.ToImmutableDictionary(each => each.Silo, each => each.Manifest));
}
