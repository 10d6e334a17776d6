namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>All results of one run of compare.sh.</summary>
/// <param name="Cells">The measurements that were made in turn.</param>
/// <param name="HalfPeak">Waits at half of the maximum rate of a silo with the front-end inside.</param>
/// <param name="Allocations">By call.</param>
/// <param name="GrainBytes">The memory of a living grain.</param>
/// <param name="LeftOut">The contenders that were not measured, with the reason.</param>
/// <param name="Repeated">What was wrong in verifications that were repeated.</param>
internal sealed record Comparison(
    IReadOnlyList<Measured> Cells,
    FixedRate HalfPeak,
    IReadOnlyDictionary<Call, Allocations> Allocations,
    long GrainBytes,
    IReadOnlyList<string> LeftOut,
    IReadOnlyList<string> Repeated)
{
    public Measured Of(string contender, Shape shape, string how) =>
        Cells.Single(measured => (measured.Cell.Contender, measured.Cell.Shape, measured.Cell.How) == (contender, shape, how));

    public static async Task<Comparison> MeasureAsync(string repository, Pace pace)
    {
        await using var site = new Site(repository);
        int redisPort = Loopback.FreePorts(1)[0];
        Child redis = site.Start("redis-server", ["--port", $"{redisPort}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        List<Server> servers = await OtherServers.StartAsync(site, redis, redisPort);
        servers.AddRange(await OurServers.StartAsync(site));
        await VerifyAsync(servers, site);
        List<Cell> cells = [.. HttpCells.Of(servers), .. await DecisionCells.StartAsync(site, redis, redisPort)];

        List<Measured> measured = await Rounds.MeasureAsync(cells, pace);
        Server[] beside = [.. servers.Where(server => server.Name is Server.Floor or Server.SiloInside)];
        double peak = measured.Single(each => each.Cell.Contender == Server.SiloInside && each.Cell.Shape == Shape.Mix && each.Cell.How == Call.Authorize.Name).PerSecond;
        FixedRate halfPeak = FixedRate.Measure(beside, peak / 2, pace);
        return new(measured, halfPeak, await ClusterBenchmarks.Allocations.MeasureAsync(site), await GrainBytesAsync(site), site.LeftOut, site.Repeated);
    }

    // This project's hosts and the baselines must limit correctly. Any other contender that does not is omitted.
    private static async Task VerifyAsync(List<Server> servers, Site site)
    {
        foreach (Server server in servers.ToArray())
        {
            bool mayFail = !server.IsOurs && server.Name is not (Server.Floor or Server.Middleware);
            try
            {
                site.Repeated.AddRange(await Verification.RunAsync(server, attempts: mayFail ? 3 : 1));
            }
            catch (InvalidOperationException error) when (mayFail)
            {
                servers.Remove(server);
                site.LeftOut.Add(error.Message);
            }
        }
    }

    private static async Task<long> GrainBytesAsync(Site site)
    {
        int[] ports = Loopback.FreePorts(2);
        return long.Parse(await site.StartSelf("grain-memory", $"{ports[0]}", $"{ports[1]}").ReadLineAsync());
    }
}
