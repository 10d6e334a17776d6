using Orleans.Runtime;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>The list of silos that a front-end outside receives with replies.</summary>
public sealed class ReceivedHostingSilosTests
{
    private readonly ReceivedHostingSilos _received = new(local: null);

    [Fact]
    public void A_newer_list_replaces_an_older_one_and_not_the_reverse()
    {
        Assert.Equal((0, 0), (_received.Current.Version, _received.Current.Silos.Length));
        _received.Update(5, Names(1, 2));
        _received.Update(4, Names(3));
        _received.Update(5, Names(3));
        _received.Update(6, null);
        Assert.Equal((5, 2), (_received.Current.Version, _received.Current.Silos.Length));

        _received.Update(6, Names(1, 2, 3));
        Assert.Equal((6, 3), (_received.Current.Version, _received.Current.Silos.Length));
    }

    [Fact]
    public void A_silo_that_has_stopped_is_removed_and_the_next_list_is_used_even_if_its_version_is_lower()
    {
        _received.Update(5, Names(1, 2));

        _received.Remove(_received.Current, Names(2).Single());
        Assert.Equal((0, Names(1).Single()), (_received.Current.Version, _received.Current.Silos.Single().ToParsableString()));

        _received.Update(1, Names(3));
        Assert.Equal((1, Names(3).Single()), (_received.Current.Version, _received.Current.Silos.Single().ToParsableString()));
    }

    [Fact]
    public void A_silo_is_not_removed_from_a_list_that_has_been_replaced_since()
    {
        _received.Update(5, Names(1, 2));
        HostingSilos before = _received.Current;
        _received.Update(6, Names(2));

        _received.Remove(before, Names(2).Single());

        Assert.Equal((6, 1), (_received.Current.Version, _received.Current.Silos.Length));
    }

    [Fact]
    public void A_front_end_with_a_silo_in_its_process_uses_the_list_of_that_silo_only()
    {
        var received = new ReceivedHostingSilos(new Fixed());
        HostingSilos own = received.Current;

        received.Update(own.Version + 1, Names(1));
        received.Remove(own, own.Silos[0].ToParsableString());

        Assert.Same(own, received.Current);
    }

    private static string[] Names(params int[] ports) =>
        [.. ports.Select(port => SiloAddress.New(System.Net.IPAddress.Loopback, port, 1).ToParsableString())];

    private sealed class Fixed : IHostingSilos
    {
        public HostingSilos Current { get; } = new(7, [SiloAddress.New(System.Net.IPAddress.Loopback, 9, 1)]);
    }
}
