using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>
/// Requests a second over HTTP as wrk measures them: a bare Kestrel handler, and the silo host with the front-end inside, asked
/// as a proxy would ask. In rounds that take turns.
/// </summary>
internal static partial class Http
{
    private const int Connections = 64;
    private const int Rounds = 5;
    private const int Seconds = 5;

    private const string Policy = """
        policy: bench
        generation: 1
        identity: { account: [header:X-Account-Id] }
        endpoints: { charge_intents: [ANY /v1/charge_intents/**] }
        unlisted: shared
        limits:
          - { name: endpoint, scope: endpoint, algorithm: fixed-window, permits: 1000000000, window: 60s }
        responses: { always: { X-RateLimit-Limit: "{limit}", X-RateLimit-Remaining: "{remaining}" } }
        """;

    private const string Script = """
        local n = 0
        request = function()
          n = (n + 7919) % 1000
          wrk.headers["X-Account-Id"] = string.format("merchant_%06d", n)
          wrk.headers["X-Forwarded-Method"] = "POST"
          wrk.headers["X-Forwarded-Uri"] = "/v1/charge_intents/ci_9"
          return wrk.format("GET", "/v1/authorize/bench")
        end
        """;

    public static async Task WriteAsync(string host, TextWriter report)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("limiter-bench-");
        string policy = Path.Combine(folder.FullName, "bench.yaml");
        string script = Path.Combine(folder.FullName, "bench.lua");
        await File.WriteAllTextAsync(policy, Policy);
        await File.WriteAllTextAsync(script, Script);
        int[] ports = [.. Enumerable.Range(0, 5).Select(_ => SiloProcess.FreePort())];
        using Process floor = Start(Environment.ProcessPath!, "floor", $"{ports[0]}");
        using Process silo = Start(
            "dotnet", host, "--policies", policy, "--urls", $"http://127.0.0.1:{ports[1]}", "--admin-urls", $"http://127.0.0.1:{ports[2]}",
            $"--Orleans:Endpoints:SiloPort={ports[3]}", $"--Orleans:Endpoints:GatewayPort={ports[4]}",
            $"--Orleans:GrainStorage:overrides:Path={folder.FullName}");
        try
        {
            (string Name, string Url)[] contenders =
            [
                ("bare Kestrel handler", $"http://127.0.0.1:{ports[0]}"),
                ("silo with front-end inside", $"http://127.0.0.1:{ports[1]}"),
            ];
            await ReadyAsync($"{contenders[0].Url}/");
            await ReadyAsync($"{contenders[1].Url}/readyz");
            await MeasureAsync(contenders, script, report);
        }
        finally
        {
            floor.Kill();
            silo.Kill();
            await Task.WhenAll(floor.WaitForExitAsync(), silo.WaitForExitAsync());
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync((string Name, string Url)[] contenders, string script, TextWriter report)
    {
        List<Load.Result>[] results = [.. contenders.Select(_ => new List<Load.Result>())];
        for (int round = -1; round < Rounds; round++)
        {
            for (int i = 0; i < contenders.Length; i++)
            {
                Load.Result result = await WrkAsync(contenders[i].Url, script);
                if (round >= 0)
                {
                    results[i].Add(result);
                }
            }
        }

        double baseline = Median(results[0], result => result.PerSecond);
        await report.WriteLineAsync($"| what is asked, {Connections} connections | requests a second | ratio | p50 | p99 |");
        await report.WriteLineAsync("|---|--:|--:|--:|--:|");
        for (int i = 0; i < contenders.Length; i++)
        {
            double rate = Median(results[i], result => result.PerSecond);
            await report.WriteLineAsync(FormattableString.Invariant(
                $"| {contenders[i].Name} | {rate:n0} | {rate / baseline:f2} | {Median(results[i], result => result.P50.TotalMilliseconds):f2} ms | {Median(results[i], result => result.P99.TotalMilliseconds):f2} ms |"));
        }
    }

    private static double Median(List<Load.Result> results, Func<Load.Result, double> figure) =>
        results.Select(figure).Order().ElementAt(results.Count / 2);

    private static async Task<Load.Result> WrkAsync(string url, string script)
    {
        using Process wrk = Start("wrk", "-t1", $"-c{Connections}", $"-d{Seconds}s", "--latency", "-s", script, url);
        string output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        return output.Contains("Non-2xx", StringComparison.Ordinal)
            ? throw new InvalidOperationException($"not every answer was 200: {output}")
            : new(Number(Rate().Match(output).Groups[1].Value), Span(output, "50%"), Span(output, "99%"));
    }

    private static TimeSpan Span(string output, string share)
    {
        Match match = Regex.Match(output, $@"{share}\s+([\d.]+)(us|ms|s)");
        double value = Number(match.Groups[1].Value);
        return match.Groups[2].Value switch
        {
            "us" => TimeSpan.FromMicroseconds(value),
            "ms" => TimeSpan.FromMilliseconds(value),
            _ => TimeSpan.FromSeconds(value),
        };
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static async Task ReadyAsync(string url)
    {
        using var client = new HttpClient();
        for (int i = 0; i < 600; i++)
        {
            try
            {
                using HttpResponseMessage response = await client.GetAsync(url);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"{url} was not ready within a minute");
    }

    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();
}
