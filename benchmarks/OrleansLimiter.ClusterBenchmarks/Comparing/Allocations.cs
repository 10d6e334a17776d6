namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The bytes that a server allocates for a request over open connections.</summary>
/// <param name="Floor">A bare handler.</param>
/// <param name="Embedded">The embedded limiter.</param>
internal sealed record Allocations(double Floor, double Embedded)
{
    private const int WarmUp = 60_000;
    private const int Requests = 100_000;

    public double Beyond => Embedded - Floor;

    public static async Task<Dictionary<Call, Allocations>> MeasureAsync(Site site)
    {
        int[] ports = Loopback.FreePorts(3);
        Child floor = await site.StartSelf("floor", $"{ports[0]}").ReadyAsync();
        Child embedded = await site.StartSelf("embedded", $"{ports[1]}", $"{ports[2]}").ReadyAsync();
        Dictionary<Call, Allocations> found = [];
        foreach (Call call in (Call[])[Call.Authorize, Call.Check])
        {
            found[call] = new(await PerRequestAsync(floor, ports[0], call), await PerRequestAsync(embedded, ports[1], call));
        }

        return found;
    }

    private static async Task<double> PerRequestAsync(Child server, int port, Call call)
    {
        using var load = new PacedLoad(port, RawRequest.Of(call, Shape.Mix));
        load.Run(double.PositiveInfinity, WarmUp);
        long before = await Allocated.InAsync(server);
        load.Run(double.PositiveInfinity, Requests);
        return (await Allocated.InAsync(server) - before) / (double)Requests;
    }
}
