using System.Text;
using System.Text.RegularExpressions;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Writes the results of <see cref="ProxyCosts"/>.</summary>
internal static partial class ProxyReport
{
    private const double MinRate = 0.9;

    public static async Task<string> WriteAsync(List<Measured> measured, FixedRate fixedRate, Pace pace)
    {
        var text = new StringBuilder();
        ReportHead.Write(text, "Proxies", "proxies.sh", pace, await VersionsAsync());
        text.AppendLine();
        text.AppendLine(
            "| | requests a second | ratio to bare | ratio to alone | CPU µs a request | p50 | p99 | uncounted | goal reached |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|---|");
        foreach (string proxy in Proxies.Names)
        {
            Measured Of(Asking asking) => measured.Single(each => each.Cell.Contender == Proxies.Name(proxy, asking));
            Write(text, Of(Asking.Alone), null, null, "");
            Write(text, Of(Asking.Bare), null, Of(Asking.Alone), "");
            double ratio = Of(Asking.Limiter).RateTo(Of(Asking.Bare));
            string goal = proxy == "nginx" ? $"{(ratio >= MinRate ? "yes" : "no")} (at least {Numbers.Ratio(MinRate)} to bare)" : "";
            Write(text, Of(Asking.Limiter), Of(Asking.Bare), Of(Asking.Alone), goal);
        }

        text.AppendLine().AppendLine($"At {Numbers.Count(fixedRate.PerSecond)} requests a second, half of the rate of the slowest:");
        text.AppendLine();
        text.AppendLine("| | p50, alone | p50, limiter | added | p99, alone | p99, limiter | added |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|--:|");
        foreach (string proxy in Proxies.Names)
        {
            Outcome alone = fixedRate.Waits[Proxies.Name(proxy, Asking.Alone)];
            Outcome limiter = fixedRate.Waits[Proxies.Name(proxy, Asking.Limiter)];
            text.AppendLine($"| {proxy} | {Waits(alone.P50, limiter.P50)} | {Waits(alone.P99, limiter.P99)} |");
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, Measured row, Measured? bare, Measured? alone, string goal) => text.AppendLine(
        $"| {row.Cell.Contender} | {Numbers.Count(row.PerSecond)} | {Ratio(row, bare)} | {Ratio(row, alone)} "
        + $"| {Numbers.Ratio(row.CpuSecondsPerMillion)} | {Numbers.Wait(row.P50)} | {Numbers.Wait(row.P99)} | {row.Uncounted} | {goal} |");

    private static string Ratio(Measured row, Measured? other) => other is null ? "" : Numbers.Ratio(row.RateTo(other));

    private static string Waits(double alone, double limiter) =>
        $"{Numbers.Wait(alone)} | {Numbers.Wait(limiter)} | {(limiter < alone ? "-" : "")}{Numbers.Wait(Math.Abs(limiter - alone))}";

    private static async Task<string> VersionsAsync()
    {
        List<string> parts = [];
        foreach ((string program, string name, string option) in ((string, string, string)[])
            [("nginx", "nginx", "-v"), ("haproxy", "HAProxy", "-v"), ("caddy", "Caddy", "version"), ("wrk", "wrk", "-v")])
        {
            parts.Add($"{name} {Version().Match(await Programs.OutputAsync(program, option))}");
        }

        return string.Join(", ", parts);
    }

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?")]
    private static partial Regex Version();
}
