namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>What a decision costs, by its limits and by how many keys there are.</summary>
/// <param name="Cells">What took turns.</param>
/// <param name="LeftOut">What could not be measured, and why.</param>
internal sealed record Costs(IReadOnlyList<Cost> Cells, IReadOnlyList<string> LeftOut)
{
    public const int Few = 1_000;
    public const int Some = 100_000;
    public const int Many = 1_000_000;

    private const int BytesOfGroup = 5_000; // with all that belongs to its key, in both processes

    private static readonly Place[] Places =
    [
        new(DecisionCells.Inside, 64, Cluster.StartInsideAsync),
        new(DecisionCells.OneSilo, 1_024, site => Cluster.StartAsync(site, silos: 1)),
    ];

    public Measured? Find(string place, LimitCase limits, int keys, bool beside = false) => Cells
        .FirstOrDefault(cost => cost.Figures.Cell.Contender == place && (cost.Case, cost.Keys, cost.IsBesideMany) == (limits, keys, beside))
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

            // Millions of groups, so each policy has processes of its own, in turn with fewer keys of the same policy.
            foreach (LimitCase limits in pace == Pace.Quick ? [LimitCase.One] : LimitCase.All[..4])
            {
                if (Machine.AvailableBytes() < (long)Many * limits.Groups * BytesOfGroup)
                {
                    leftOut.Add($"{place.Name}; {limits.Name}; {Numbers.Count(Many)} keys: the machine has too little free memory.");
                    continue;
                }

                await using var large = new Site(repository);
                var many = new Asking(place, await place.StartAsync(large), limits, Many);
                List<Cost> pair = await MeasureAsync(large, [new(place, cluster, limits, Some), many], pace);
                costs.AddRange(pair.Select(cost => cost with { IsBesideMany = cost.Keys != Many }));
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
            Console.Error.WriteLine($"{asking.Place.Name}; {asking.Case.Name}: {Numbers.Count(asking.Keys)} keys");
            await FillAsync();
            var shape = new Shape(asking.Case.Name, asking.Case.Name, asking.Keys, asking.Case.Groups);

            // The front-end may have dropped what it knows of some keys while others were asked.
            cells.Add(asking.Cluster.Cell(asking.Place.Name, shape, asking.Place.Callers, policy) with
            {
                PrepareAsync = () => asking.Keys < Many ? FillAsync() : Task.CompletedTask,
            });

            Task FillAsync() => asking.Cluster.FillAsync(asking.Keys, policy, asking.Case.Groups);
        }

        List<Measured> measured = await Rounds.MeasureAsync(cells, pace);
        return [.. measured.Select((figures, i) => new Cost(all[i].Case, all[i].Keys, figures))];
    }

    private sealed record Place(string Name, int Callers, Func<Site, Task<Cluster>> StartAsync);

    private sealed record Asking(Place Place, Cluster Cluster, LimitCase Case, int Keys);
}

/// <summary>What the decisions of a policy cost.</summary>
/// <param name="Case">The policy.</param>
/// <param name="Keys">How many accounts there are.</param>
/// <param name="Figures">What was measured.</param>
/// <param name="IsBesideMany">Whether it took turns with many keys, so that the two have a ratio.</param>
internal sealed record Cost(LimitCase Case, int Keys, Measured Figures, bool IsBesideMany = false);
