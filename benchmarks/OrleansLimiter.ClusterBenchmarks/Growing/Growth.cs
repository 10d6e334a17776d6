using System.Text;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The rate of decisions for different numbers of silos, keys and limits in a policy.</summary>
internal static class Growth
{
    private const int Callers = 1024;
    private const int SiloKeys = 10_000;

    private static readonly int[] Silos = [1, 2, 3, 4];
    private static readonly int[] Keys = [1_000, 10_000, 100_000, 1_000_000];
    private static readonly int[] Limits = [1, 2, 3, 4, 5];

    public static async Task<string> MeasureAsync(string repository, Pace pace)
    {
        var text = new StringBuilder();
        ReportHead.Write(text, "Growth", "growth.sh", pace);
        Write(text, "Silos", await OverSilosAsync(repository, pace));
        Write(text, "Keys", await OverKeysAsync(repository, pace));
        Write(text, "Limits in a policy", await OverLimitsAsync(repository, pace));
        Write(text, "One large account", await LargeAccount.MeasureAsync(repository, pace));
        return text.ToString();
    }

    private static async Task<List<Measured>> OverSilosAsync(string repository, Pace pace)
    {
        await using var site = new Site(repository);
        List<Cell> cells = [];
        foreach (int count in Silos)
        {
            Cluster cluster = await Cluster.StartAsync(site, count);
            string name = count == 1 ? DecisionCells.OneSilo : $"external client, {count} silos";
            await cluster.FillAsync(Of(SiloKeys));
            cells.Add(cluster.Cell(name, Of(SiloKeys), Callers));
        }

        return await Rounds.MeasureAsync(cells, pace);
    }

    private static async Task<List<Measured>> OverKeysAsync(string repository, Pace pace)
    {
        List<Measured> all = [];
        foreach (int keys in Keys)
        {
            await using var site = new Site(repository);
            Cluster inside = await Cluster.StartInsideAsync(site);
            Cluster one = await Cluster.StartAsync(site, silos: 1);
            await inside.FillAsync(Of(keys));
            await one.FillAsync(Of(keys));
            all.AddRange(await Rounds.MeasureAsync(
                [
                    inside.Cell($"{DecisionCells.Inside}; {Numbers.Count(keys)} keys", Of(keys), callers: 64),
                    one.Cell($"{DecisionCells.OneSilo}; {Numbers.Count(keys)} keys", Of(keys), Callers),
                ],
                pace));
        }

        return all;
    }

    private static async Task<List<Measured>> OverLimitsAsync(string repository, Pace pace)
    {
        await using var site = new Site(repository);
        Cluster inside = await Cluster.StartInsideAsync(site);
        Cluster one = await Cluster.StartAsync(site, silos: 1);
        List<Cell> cells = [];
        foreach (int limits in Limits)
        {
            string policy = LimitsPolicy.Write(site.Folder, limits);
            string name = limits == 1 ? "one limit" : $"{limits} limits";
            cells.Add(inside.Cell($"{DecisionCells.Inside}; {name}", Shape.Mix, callers: 64, policy));
            cells.Add(one.Cell($"{DecisionCells.OneSilo}; {name}", Shape.Mix, Callers, policy));
        }

        return await Rounds.MeasureAsync(cells, pace);
    }

    private static Shape Of(int keys) => Shape.Mix with { Name = $"{Numbers.Count(keys)} keys", Keys = keys };

    private static void Write(StringBuilder text, string title, List<Measured> rows)
    {
        text.AppendLine().AppendLine($"## {title}").AppendLine();
        text.AppendLine(
            "| | callers | decisions a second | p50 | p99 | CPU µs a decision: callers and front-end | silos | busiest silo | memory "
            + "| not counted |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (Measured row in rows)
        {
            int silos = row.Cell.Processes.Count - 1;
            double siloCpu = row.CpuSecondsPerMillion - row.FirstCpuSecondsPerMillion;
            text.AppendLine(
                $"| {row.Cell.Contender} | {row.Cell.How} | {Numbers.Count(row.PerSecond)} | {Numbers.Wait(row.P50)} | {Numbers.Wait(row.P99)} "
                + $"| {Numbers.Ratio(row.FirstCpuSecondsPerMillion)} | {(silos > 0 ? Numbers.Ratio(siloCpu) : "in them")} "
                + $"| {(silos > 1 ? Numbers.Percent(row.BusiestSiloShare) : "")} "
                + $"| {Numbers.Mebibytes(row.ResidentBytes)} | {Numbers.Count(row.Uncounted)} |");
        }
    }
}
