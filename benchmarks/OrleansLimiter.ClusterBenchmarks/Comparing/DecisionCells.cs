namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The measurements without HTTP: callers in the process of a front-end's store, and Redis.</summary>
internal static class DecisionCells
{
    public const string Eval = "Redis `EVAL`";
    public const string Bcl = "BCL limiters in the callers' process";
    public const string Inside = "grains in the callers' process";
    public const string OneSilo = "external client, one silo";
    public const string ThreeSilos = "external client, three silos";

    public static async Task<List<Cell>> StartAsync(Site site, Child redis, int redisPort)
    {
        var eval = new RedisBenchmark(redisPort);
        List<Cell> cells = [.. Shape.ByLimits.Append(Shape.HotKey).Select(shape => new Cell(
            Eval, shape, $"{RedisBenchmark.Connections} connections", [redis], span => eval.RunAsync(span, shape.Keys, shape.Limits)))];

        cells.AddRange(Of(Bcl, await Cluster.StartBclAsync(site), [.. Shape.ByLimits.Select(shape => (shape, 64))]));
        cells.AddRange(Of(
            Inside, await Cluster.StartInsideAsync(site),
            [
                .. Shape.ByLimits.Select(shape => (shape, 64)),
                (Shape.Mix, 1), (Shape.Mix, 1024), (Shape.HotKey, 1024), (Shape.Attack, 64),
            ]));
        foreach ((string name, int silos) in ((string, int)[])[(OneSilo, 1), (ThreeSilos, 3)])
        {
            cells.AddRange(Of(
                name, await Cluster.StartAsync(site, silos),
                [
                    .. Shape.ByLimits.Select(shape => (shape, 1024)),
                    (Shape.Mix, 64), (Shape.HotKey, 1024), (Shape.Leased, 1024), (Shape.Attack, 1024),
                ]));
        }

        return cells;
    }

    private static IEnumerable<Cell> Of(string name, Cluster cluster, params (Shape Shape, int Callers)[] loads) =>
        loads.Select(load => cluster.Cell(name, load.Shape, load.Callers) with
        {
            PrepareAsync = () => cluster.FillAsync(load.Shape), // as over HTTP
        });
}
