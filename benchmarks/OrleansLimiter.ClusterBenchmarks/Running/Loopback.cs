using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.ClusterBenchmarks;

internal static class Loopback
{
    private const int FirstPort = 15_000;
    private const int LastPort = 32_000;

    private static readonly HashSet<int> Given = [];
    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>
    /// Unused ports of loopback, each returned once. They are below the ephemeral ports of the system, because one of
    /// those could be used by a connection before it is listened on.
    /// </summary>
    public static int[] FreePorts(int count)
    {
        List<int> ports = [];
        while (ports.Count < count)
        {
            int port = Random.Shared.Next(FirstPort, LastPort);
            if (!Given.Contains(port) && IsFree(port))
            {
                Given.Add(port);
                ports.Add(port);
            }
        }

        return [.. ports];
    }

    public static async Task<string> GetAsync(int port, string path) =>
        await Client.GetStringAsync($"http://127.0.0.1:{port}{path}");

    /// <summary>Waits until the server responds with success.</summary>
    public static async Task ReadyAsync(Child child, int port, string path)
    {
        for (int i = 0; i < 600 && !child.HasEnded; i++)
        {
            try
            {
                await GetAsync(port, path);
                return;
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
            {
                await Task.Delay(100); // it does not listen yet
            }
        }

        throw new InvalidOperationException($"nothing answers on {path} of port {port}: {child.LastLines()}");
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
