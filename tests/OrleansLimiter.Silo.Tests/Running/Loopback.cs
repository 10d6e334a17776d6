using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.Silo.Tests;

internal static class Loopback
{
    // Below the ports that the system takes for outgoing connections, so that none of these has one when the host listens on it.
    private const int FirstPort = 10_000;
    private const int LastPort = 32_000;

    private static int s_next = Random.Shared.Next(FirstPort, LastPort);

    /// <summary>Unused ports of 127.0.0.1. Each is returned once, until all were returned.</summary>
    public static int[] FreePorts(int count)
    {
        var ports = new int[count];
        for (int i = 0; i < count;)
        {
            ports[i] = FirstPort + (int)((uint)Interlocked.Increment(ref s_next) % (LastPort - FirstPort));
            i += IsFree(ports[i]) ? 1 : 0;
        }

        return ports;
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
