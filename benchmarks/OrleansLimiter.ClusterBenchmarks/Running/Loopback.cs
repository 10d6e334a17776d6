using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.ClusterBenchmarks;

internal static class Loopback
{
    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Ports of loopback that nobody uses now. They are found at the same time, so none comes twice.</summary>
    public static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        Array.ForEach(listeners, listener => listener.Dispose());
        return ports;
    }

    public static async Task<string> GetAsync(int port, string path) =>
        await Client.GetStringAsync($"http://127.0.0.1:{port}{path}");

    /// <summary>Waits until it answers with success.</summary>
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
}
