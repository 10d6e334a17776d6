using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.Hosting;

/// <summary>The remote address of a connection as a key: IPv6 by its /64 network, which one subscriber has.</summary>
internal static class RemoteAddress
{
    private const int NetworkBytes = 8;

    /// <summary>Returns the key; null if the connection has no IP address.</summary>
    public static IPAddress? Of(EndPoint? endPoint)
    {
        if (endPoint is not IPEndPoint { Address: var address })
        {
            return null;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new(bytes);
    }
}
