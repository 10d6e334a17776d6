namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Callers and silos, without HTTP.</summary>
/// <param name="Client">The process of the callers and the front-end's store.</param>
/// <param name="Silos">The silos; empty if the silo is in the process of the callers.</param>
internal sealed record Cluster(Child Client, IReadOnlyList<Child> Silos)
{
    private const int Fillers = 64;
    private const int FillPart = 50_000;

    /// <summary>Starts callers with a silo in their process.</summary>
    /// <param name="site">Ends the processes.</param>
    /// <param name="more">The number of other silos.</param>
    /// <param name="replicas">Whether the silos send replicas.</param>
    public static async Task<Cluster> StartInsideAsync(Site site, int more = 0, bool replicas = true)
    {
        int[] ports = Loopback.FreePorts(2 + (2 * more));
        Child inside = await site.StartSelf("callers-inside", $"{ports[0]}", $"{ports[1]}", $"{replicas}").ReadyAsync();
        return new(inside, await StartSilosAsync(site, ports[2..], ports[0], replicas));
    }

    /// <summary>Starts callers with the limiters of .NET in their process, without a cluster.</summary>
    public static async Task<Cluster> StartBclAsync(Site site) => new(await site.StartSelf("callers-bcl").ReadyAsync(), []);

    /// <summary>Starts silos, and callers in another process.</summary>
    public static async Task<Cluster> StartAsync(Site site, int silos, bool replicas = true)
    {
        int[] ports = Loopback.FreePorts(2 * silos);
        List<Child> started = await StartSilosAsync(site, ports, ports[0], replicas);
        string[] gateways = [.. Enumerable.Range(0, silos).Select(i => $"{ports[(2 * i) + 1]}")];
        return new(await site.StartSelf(["callers", .. gateways]).ReadyAsync(), started);
    }

    /// <summary>A measurement with a number of callers.</summary>
    public Cell Cell(string name, Shape shape, int callers, string? policyFile = null) => new(
        name, shape, ClusterBenchmarks.Cell.Callers(callers), [Client, .. Silos],
        span => RunAsync(OrderOf(shape, callers, policyFile) with { Seconds = span.TotalSeconds }));

    /// <summary>Creates the groups of each key.</summary>
    public async Task FillAsync(Shape shape, string? policyFile = null)
    {
        // In parts, so that no part takes longer than the timeout of a process.
        for (int from = 0; from < shape.Keys; from += FillPart)
        {
            var part = new Callers.Part(from, Math.Min(FillPart, shape.Keys - from));
            await Client.AskAsync(OrderOf(shape, Fillers, policyFile) with { Fill = part });
        }
    }

    private static async Task<List<Child>> StartSilosAsync(Site site, int[] ports, int primary, bool replicas)
    {
        List<Child> started = [];
        for (int i = 0; i < ports.Length; i += 2)
        {
            started.Add(await site.StartSelf("silo", $"{ports[i]}", $"{ports[i + 1]}", $"{primary}", $"{replicas}").ReadyAsync());
        }

        return started;
    }

    private static Callers.Order OrderOf(Shape shape, int callers, string? policyFile) =>
        new(callers, shape.Keys, policyFile ?? shape.File, Seconds: 0, shape.Limits, shape.OneAccount);

    private async Task<Outcome> RunAsync(Callers.Order order)
    {
        long before = await AllocatedInSilosAsync();
        Outcome outcome = await Client.AskAsync(order);
        return outcome with { SiloAllocated = await AllocatedInSilosAsync() - before };
    }

    private async Task<long> AllocatedInSilosAsync() => (await Task.WhenAll(Silos.Select(Allocated.InAsync))).Sum();
}
