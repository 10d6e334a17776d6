using System.Reflection;
using System.Text;
using Grpc.AspNetCore.Server;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Writes the results of <see cref="RateLimitCosts"/>.</summary>
internal static class RateLimitReport
{
    public static string Write(List<Measured> measured, Pace pace)
    {
        var text = new StringBuilder();
        ReportHead.Write(text, "Rate limit service", "rls.sh", pace, $"Grpc.AspNetCore {Version()}");
        text.AppendLine().AppendLine(
            $"{RateLimitClient.Calls} calls in flight over {RateLimitClient.Connections} connections; {Shape.Mix.Name}.");
        text.AppendLine();
        text.AppendLine(
            "| | | calls a second | ratio to bare | CPU µs a call | of all rounds | CPU to bare "
            + "| p50 | p99 | memory | refused | not counted |");
        text.AppendLine("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (Measured row in measured)
        {
            Measured bare = Of(measured, RateLimitCosts.Bare, row.Cell.How);
            text.AppendLine(
                $"| {row.Cell.Contender} | {row.Cell.How} | {Numbers.Count(row.PerSecond)} | {Numbers.Ratio(row.RateTo(bare))} "
                + $"| {Numbers.Ratio(row.CpuSecondsPerMillion)} "
                + $"| {Numbers.Ratio(row.CpuRange.Least)} to {Numbers.Ratio(row.CpuRange.Most)} | {Numbers.Ratio(row.CpuTo(bare))} "
                + $"| {Numbers.Wait(row.P50)} | {Numbers.Wait(row.P99)} | {Numbers.Mebibytes(row.ResidentBytes)} "
                + $"| {Numbers.Percent(row.RefusedShare)} | {Numbers.Count(row.Uncounted)} |");
        }

        Goal.Write(text, Goals(measured));
        return text.ToString();
    }

    private static IEnumerable<Goal> Goals(List<Measured> measured)
    {
        string one = RateLimitKind.One.Name;
        Measured bare = Of(measured, RateLimitCosts.Bare, one);
        Measured embedded = Of(measured, Server.Embedded, one);
        Measured two = Of(measured, Server.Embedded, RateLimitKind.Two.Name);
        yield return Cpu("embedded / bare method, one descriptor", 1.15, embedded, bare);
        yield return Cpu("embedded, two descriptors / one", 1.2, two, embedded);
        yield return Cpu("silo with front-end inside / bare method, one descriptor", 1.2, Of(measured, Server.SiloInside, one), bare);
    }

    private static Goal Cpu(string measure, double atMost, Measured one, Measured other)
    {
        Goal goal = Goal.AtMostRatio($"server CPU of a call, {measure}", atMost, one.CpuTo(other));
        (double least, double most) = one.CpuToRange(other);
        return goal with { Reached = $"{goal.Reached} ({Numbers.Ratio(least)} to {Numbers.Ratio(most)})" };
    }

    private static Measured Of(List<Measured> measured, string contender, string how) =>
        measured.Single(each => (each.Cell.Contender, each.Cell.How) == (contender, how));

    // The part after the plus sign is the commit.
    private static string Version() =>
        typeof(GrpcServiceOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
