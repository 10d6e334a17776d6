using System.Globalization;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>
/// What many would take instead: Redis, and a script that counts a fixed window. Measured by its own benchmark program, the
/// quickest client there is.
/// </summary>
/// <param name="port">Where Redis listens.</param>
internal sealed class RedisBenchmark(int port)
{
    public const int Connections = 50;

    private const string Script =
        "local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end return n";

    private double _perSecond = 20_000; // it takes a number of requests, not a time; what it last reached is the next guess

    public async Task<Outcome> RunAsync(TimeSpan span, int keys)
    {
        int requests = (int)(_perSecond * span.TotalSeconds);
        string output = await Programs.OutputAsync(
            "redis-benchmark", "-p", $"{port}", "-c", $"{Connections}", "-n", $"{requests}", "-r", $"{keys}", "--csv",
            "EVAL", Script, "1", "limit:__rand_int__", "60000");

        // The name of the test is the command, script and all; the figures stand at the end, waits in milliseconds.
        string[] cells = output.Trim().Split('\n')[^1].Split(',');
        double[] figures = [.. cells[^7..].Select(cell => double.Parse(cell.Trim('"'), CultureInfo.InvariantCulture))];
        _perSecond = figures[0];
        return new(requests, requests / figures[0], figures[3] * 1_000, figures[5] * 1_000, P999: null);
    }
}
