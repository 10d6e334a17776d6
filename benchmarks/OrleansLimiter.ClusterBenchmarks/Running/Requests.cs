namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Requests to a server on loopback.</summary>
internal static class Requests
{
    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(5) };

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
}
