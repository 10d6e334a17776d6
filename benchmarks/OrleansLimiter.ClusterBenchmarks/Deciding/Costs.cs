namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The costs of decisions for different numbers of limits and keys.</summary>
/// <param name="Cells">The measurements.</param>
/// <param name="LeftOut">The policies that were not measured, with the reason.</param>
internal sealed record Costs(IReadOnlyList<Cost> Cells, IReadOnlyList<string> LeftOut)
{
    public const int Few = 1_000;
    public const int Some = 100_000;
    public const int Many = 1_000_000;

    private const int BytesOfGroup = 5_000; // including everything that is kept for its key, in both processes

    private static readonly Place[] Places =
    [
        new(DecisionCells.Inside, 64, site => Cluster.StartInsideAsync(site)),
        new(DecisionCells.OneSilo, 1_024, site => Cluster.StartAsync(site, silos: 1)),
    ];

    public Measured? Find(string place, LimitCase limits, int keys, bool paired = false) => Cells
        .Where(cost => cost.Figures.Cell.Contender == place)
        .FirstOrDefault(cost => (cost.Case, cost.Keys, cost.IsPairedWithMany) == (limits, keys, paired))
        ?.Figures;

    public static async Task<Costs> MeasureAsync(string repository, Pace pace)
    {
        List<Cost> costs = [];
        List<string> leftOut = [];
        foreach (Place place in Places)
        {
            await using var site = new Site(repository);
            Cluster cluster = await place.StartAsync(site);
            List<Asking> all = [.. LimitCase.All.Select(limits => new Asking(place, cluster, limits, Few))];
            if (place == Places[0])
            {
                Cluster bcl = await Cluster.StartBclAsync(site);
                all.AddRange(LimitCase.All[..3].Select(limits => new Asking(place with { Name = DecisionCells.Bcl }, bcl, limits, Few)));
            }

            all.AddRange(LimitCase.All.Select(limits => new Asking(place, cluster, limits, Some)));
            costs.AddRange(await MeasureAsync(site, all, pace));

            // Each policy has processes of its own, because it has millions of groups. It takes turns with fewer keys of the same policy.
            foreach (LimitCase limits in pace == Pace.Quick ? [LimitCase.One] : LimitCase.All[..3])
            {
                if (Machine.AvailableBytes() < (long)Many * limits.Groups * BytesOfGroup)
                {
                    leftOut.Add($"{place.Name}; {limits.Name}; {Numbers.Count(Many)} keys: the machine has too little free memory.");
                    continue;
                }

                await using var large = new Site(repository);
                var many = new Asking(place, await place.StartAsync(large), limits, Many);
                List<Cost> pair = await MeasureAsync(large, [new(place, cluster, limits, Some), many], pace);
                costs.AddRange(pair.Select(cost => cost with { IsPairedWithMany = cost.Keys != Many }));
            }
        }

        return new(costs, leftOut);
    }

    private static async Task<List<Cost>> MeasureAsync(Site site, List<Asking> all, Pace pace)
    {
        List<Cell> cells = [];
        foreach (Asking asking in all)
        {
            string policy = asking.Case.Write(site.Folder);
            Progress.Write($"{asking.Place.Name}; {asking.Case.Name}: {Numbers.Count(asking.Keys)} keys");
            var shape = new Shape(asking.Case.Name, asking.Case.Name, asking.Keys, asking.Case.Groups);
            await FillAsync();

            // The front-end can have removed its entries of some keys during the load of others.
            cells.Add(asking.Cluster.Cell(asking.Place.Name, shape, asking.Place.Callers, policy) with
            {
                PrepareAsync = () => asking.Keys < Many ? FillAsync() : Task.CompletedTask,
            });

            Task FillAsync() => asking.Cluster.FillAsync(shape, policy);
        }

        List<Measured> measured = await Rounds.MeasureAsync(cells, pace);
        return [.. measured.Select((figures, i) => new Cost(all[i].Case, all[i].Keys, figures))];
    }

    private sealed record Place(string Name, int Callers, Func<Site, Task<Cluster>> StartAsync);

    private sealed record Asking(Place Place, Cluster Cluster, LimitCase Case, int Keys);
}

/// <summary>The cost of a decision of one policy.</summary>
/// <param name="Case">The policy.</param>
/// <param name="Keys">The number of accounts.</param>
/// <param name="Figures">The results.</param>
/// <param name="IsPairedWithMany">Whether it took turns with a measurement of many keys, which has a ratio to it.</param>
internal sealed record Cost(LimitCase Case, int Keys, Measured Figures, bool IsPairedWithMany = false);
