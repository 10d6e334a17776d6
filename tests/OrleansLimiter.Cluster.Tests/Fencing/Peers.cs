using System.Net;
using Orleans.Runtime;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>Addresses of silos.</summary>
internal static class Peers
{
    public static readonly SiloAddress Own = Of(1);
    public static readonly SiloAddress A = Of(2);
    public static readonly SiloAddress B = Of(3);

    public static SiloAddress Of(int port, int generation = 1) => SiloAddress.New(IPAddress.Loopback, port, generation);
}
