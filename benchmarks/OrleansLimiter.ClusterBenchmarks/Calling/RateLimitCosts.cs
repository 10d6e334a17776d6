using OrleansLimiter.Grpc;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>What a call of the rate limit service costs, beside a call of a bare method with the same messages.</summary>
internal static class RateLimitCosts
{
    public const string Bare = "bare method";

    public static async Task<string> MeasureAsync(string repository, Pace pace)
    {
        // With a shorter one, the JIT compiler still works in the first rounds.
        pace = pace with { WarmUp = pace.Span * 3 };
        await using var site = new Site(repository);
        List<Server> servers = await StartAsync(site);
        List<RateLimitClient> clients = [.. servers.Select(server => new RateLimitClient(server.Port))];
        List<Cell> cells = [];
        foreach ((Server server, RateLimitClient client) in servers.Zip(clients))
        {
            // The kinds of a contender are measured one after the other, because the results are their ratios.
            foreach (RateLimitKind kind in RateLimitKind.All)
            {
                await RateLimitVerification.RunAsync(server, client, clients[0], kind.Descriptors);
                cells.Add(CellOf(server, client, kind));
            }
        }

        List<Measured> measured = await Rounds.MeasureAsync(cells, pace);
        clients.ForEach(client => client.Dispose());
        return RateLimitReport.Write(measured, pace);
    }

    private static async Task<List<Server>> StartAsync(Site site)
    {
        int[] ports = Loopback.FreePorts(3);
        Child bare = await site.StartSelf("bare-rls", $"{ports[0]}").ReadyAsync();
        Server embedded = await OurServers.EmbeddedAsync(site, "--grpc-urls", OurServers.Address(ports[1]));
        Server silo = await OurServers.SiloInsideAsync(site, "--grpc-urls", OurServers.Address(ports[2]));
        return [new(Bare, ports[0], [bare]), embedded with { Port = ports[1] }, silo with { Port = ports[2] }];
    }

    // Creates again, before each turn, the counts that have expired since the last turn of a contender.
    private static Cell CellOf(Server server, RateLimitClient client, RateLimitKind kind)
    {
        RateLimitRequest[] requests = RateLimitRequests.Of(Shape.Mix, kind.Descriptors);
        return new(server.Name, Shape.Mix, kind.Name, server.Processes, span => client.RunAsync(requests, span, kind.Deadline))
        {
            PrepareAsync = () => client.EachOnceAsync(requests),
        };
    }
}
