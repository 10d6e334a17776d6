using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.Silo.Tests;

internal static class Loopback
{
    /// <summary>Ports of 127.0.0.1 that nobody uses now. They are found at the same time, so none comes twice.</summary>
    public static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
        {
            listener.Start();
        }

        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }
}
