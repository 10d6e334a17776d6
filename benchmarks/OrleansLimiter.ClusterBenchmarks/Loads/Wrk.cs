using System.Globalization;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The load generator for HTTP: one thread. Each connection sends the next request when it has the response.</summary>
internal static class Wrk
{
    public const int Connections = 64;

    public static async Task<Outcome> RunAsync(int port, Shape shape, Call call, TimeSpan span)
    {
        string output = await Programs.OutputAsync(
            "wrk", "-t1", $"-c{Connections}", $"-d{Math.Max(1, (int)span.TotalSeconds)}s", "-s", Files.Requests, $"http://127.0.0.1:{port}",
            "--", shape.Policy, $"{shape.Keys}", call.Name);
        string result = output.Split('\n').FirstOrDefault(line => line.StartsWith("result ", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"wrk did not measure: {output}");
        long[] figures = [.. result.Split(' ')[1..].Select(figure => long.Parse(figure, CultureInfo.InvariantCulture))];
        (long requests, long micros, long refused, long broken) = (figures[0], figures[1], figures[2], figures[3]);
        return broken == 0
            ? new(requests * call.Decisions, micros / 1e6, figures[4], figures[5], figures[6], refused)
            : throw new InvalidOperationException($"connections broke: {output}");
    }
}

/// <summary>A kind of call.</summary>
/// <param name="Name">The name in requests.lua.</param>
/// <param name="Decisions">The number of decisions of one request.</param>
internal sealed record Call(string Name, int Decisions)
{
    public static readonly Call Authorize = new("authorize", 1);
    public static readonly Call Check = new("check", 1);
    public static readonly Call Batch = new("batch", 100);

    /// <summary>A request to an API behind a proxy.</summary>
    public static readonly Call Proxied = new("proxied", 1);
}
