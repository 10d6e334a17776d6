using System.Globalization;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>
/// A common alternative: Redis with a script that counts a fixed window, measured by the benchmark program of Redis, the
/// fastest client available.
/// </summary>
/// <param name="port">The port of Redis.</param>
internal sealed class RedisBenchmark(int port)
{
    public const int Connections = 50;

    private const string Script =
        "local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end return n";

    // It also counts a request that one key refuses: the minimum cost of several limits in one step.
    private const string ScriptOfSeveral =
        "local most = 0 for i = 1, #KEYS do local n = redis.call('INCR', KEYS[i]) "
        + "if n == 1 then redis.call('PEXPIRE', KEYS[i], ARGV[i]) end if n > most then most = n end end return most";

    private static readonly string[] Prefixes = ["limit", "second", "third"];

    // redis-benchmark has a number of requests instead of a duration. It is estimated from the last rate.
    private double _perSecond = 20_000;

    public async Task<Outcome> RunAsync(TimeSpan span, int keys, int limits = 1)
    {
        IEnumerable<string> names = Prefixes.Take(limits).Select(prefix => $"{prefix}:__rand_int__");
        IEnumerable<string> windows = Enumerable.Repeat("60000", limits);
        int requests = (int)(_perSecond * span.TotalSeconds);
        string output = await Programs.OutputAsync(
            "redis-benchmark",
            [
                "-p", $"{port}", "-c", $"{Connections}", "-n", $"{requests}", "-r", $"{keys}", "--csv",
                "EVAL", limits == 1 ? Script : ScriptOfSeveral, $"{limits}", .. names, .. windows,
            ]);

        // The name of the test is the whole command with the script. The figures are at the end, with waits in milliseconds.
        string[] cells = output.Trim().Split('\n')[^1].Split(',');
        double[] figures = [.. cells[^7..].Select(cell => double.Parse(cell.Trim('"'), CultureInfo.InvariantCulture))];
        _perSecond = figures[0];
        return new(requests, requests / figures[0], figures[3] * 1_000, figures[5] * 1_000, P999: null);
    }
}
