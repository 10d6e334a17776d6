using System.Net;
using System.Text;
using Orleans.Runtime;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Silos, lists of them, and names of groups, for tests without a cluster.</summary>
internal static class TestSilos
{
    public static readonly SiloAddress A = Silo(1);
    public static readonly SiloAddress B = Silo(2);
    public static readonly SiloAddress C = Silo(3);
    public static readonly SiloAddress D = Silo(4);

    public static SiloAddress Silo(int port, int generation = 1) => SiloAddress.New(IPAddress.Loopback, port, generation);

    public static HostingSilos List(params SiloAddress[] silos) => new(version: 1, silos);

    /// <summary>The hash of an account whose silos have this order by a list.</summary>
    public static ulong AccountOf(HostingSilos list, SiloAddress first, SiloAddress second) =>
        AccountHash.OfGrain(IdSpan.Create(KeyOf(list, first, second)));

    /// <summary>The key of a group whose account has this order of silos by a list.</summary>
    public static string KeyOf(HostingSilos list, SiloAddress first, SiloAddress second, int skip = 0) => Enumerable.Range(0, 10_000)
        .Select(i => $"id:acct-{i}|p||")
        .Where(key => list.RankOf(AccountHash.OfGrain(IdSpan.Create(key))) == (first, second))
        .ElementAt(skip);

    /// <summary>The name of a group of scope account in messages.</summary>
    public static byte[] NameOf(string key) => [(byte)Scope.Account, .. Encoding.UTF8.GetBytes(key)];
}
