namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>
/// Many endpoints of one account, whose groups live on one silo, compared with as many accounts, whose groups are spread over all silos.
/// </summary>
internal static class LargeAccount
{
    private const int Callers = 1024;
    private const int Keys = 10_000;

    private static readonly string[] Limit =
        ["{ name: endpoint, scope: endpoint, algorithm: rolling-window, permits: 1000000000, window: 1h }"];

    public static async Task<List<Measured>> MeasureAsync(string repository, Pace pace)
    {
        await using var site = new Site(repository);
        string policy = PolicyFile.Write(site.Folder, "large-account", Limit, unlisted: "route");
        Shape accounts = new($"{Numbers.Count(Keys)} accounts", "large-account", Keys);
        Shape endpoints = accounts with { Name = $"one account with {Numbers.Count(Keys)} endpoints", OneAccount = true };
        List<Cell> cells = [];
        foreach ((string name, int silos) in ((string, int)[])[(DecisionCells.OneSilo, 1), (DecisionCells.ThreeSilos, 3)])
        {
            foreach (Shape shape in (Shape[])[accounts, endpoints])
            {
                // Clusters of their own, so that a silo has the groups of one kind only.
                Cluster cluster = await Cluster.StartAsync(site, silos);
                await cluster.FillAsync(shape, policy);
                cells.Add(cluster.Cell($"{name}; {shape.Name}", shape, Callers, policy));
            }
        }

        return await Rounds.MeasureAsync(cells, pace);
    }
}
