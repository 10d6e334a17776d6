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

    // Counts in all keys, also where one is over its limit: the least that several limits in one step can cost.
    private const string ScriptOfSeveral =
        "local most = 0 for i = 1, #KEYS do local n = redis.call('INCR', KEYS[i]) "
        + "if n == 1 then redis.call('PEXPIRE', KEYS[i], ARGV[i]) end if n > most then most = n end end return most";

    private static readonly string[] Prefixes = ["limit", "second", "third"];

    private double _perSecond = 20_000; // it takes a number of requests, not a time; what it last reached is the next guess

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

        // The name of the test is the command, script and all; the figures stand at the end, waits in milliseconds.
        string[] cells = output.Trim().Split('\n')[^1].Split(',');
        double[] figures = [.. cells[^7..].Select(cell => double.Parse(cell.Trim('"'), CultureInfo.InvariantCulture))];
        _perSecond = figures[0];
        return new(requests, requests / figures[0], figures[3] * 1_000, figures[5] * 1_000, P999: null);
    }
}
