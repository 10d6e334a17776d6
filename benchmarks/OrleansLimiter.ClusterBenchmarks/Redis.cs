using System.Diagnostics;
using System.Globalization;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>
/// What many would take instead: Redis, and a script that counts a fixed window. Measured by its own benchmark program, the
/// quickest client there is.
/// </summary>
internal sealed class Redis : IAsyncDisposable
{
    private const string Script =
        "local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end return n";

    private readonly Process _server;
    private readonly int _port;

    private Redis(Process server, int port) => (_server, _port) = (server, port);

    public static async Task<Redis> StartAsync()
    {
        int port = SiloProcess.FreePort();
        Process server = Start("redis-server", "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no");
        while (await server.StandardOutput.ReadLineAsync() is { } line && !line.Contains("Ready to accept", StringComparison.Ordinal))
        {
        }

        _ = server.StandardOutput.ReadToEndAsync();
        return new(server, port);
    }

    public async Task<Load.Result> RunAsync(int callers, int requests, int keys)
    {
        using Process client = Start(
            "redis-benchmark", "-p", $"{_port}", "-c", $"{callers}", "-n", $"{requests}", "-r", $"{keys}", "--csv",
            "EVAL", Script, "1", "limit:__rand_int__", "60000");
        string output = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();

        // The name of the test is the command, script and all; the figures stand at the end.
        string[] cells = output.Trim().Split('\n')[^1].Split(',');
        double[] figures = [.. cells[^7..].Select(cell => double.Parse(cell.Trim('"'), CultureInfo.InvariantCulture))];
        return new(figures[0], TimeSpan.FromMilliseconds(figures[3]), TimeSpan.FromMilliseconds(figures[5]));
    }

    public async ValueTask DisposeAsync()
    {
        _server.Kill();
        await _server.WaitForExitAsync();
        _server.Dispose();
    }

    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath() };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
