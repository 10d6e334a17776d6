namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The measurements over HTTP.</summary>
internal static class HttpCells
{
    public static IEnumerable<Cell> Of(IReadOnlyList<Server> servers)
    {
        foreach (Shape shape in Shape.All)
        {
            foreach (Server server in servers)
            {
                yield return Of(server, shape, Call.Authorize);
            }
        }

        foreach (Server server in servers.Where(server => server.IsOurs))
        {
            yield return Of(server, Shape.Mix, Call.Check);
        }

        foreach (Shape shape in Shape.All)
        {
            foreach (Server server in servers.Where(server => server.IsOurs))
            {
                yield return Of(server, shape, Call.Batch);
            }
        }
    }

    private static Cell Of(Server server, Shape shape, Call call) => new(server.Name, shape, call.Name, server.Processes, async span =>
    {
        long before = await server.UncountedAsync();
        Outcome outcome = await Wrk.RunAsync(server.Port, shape, call, span);
        return outcome with { Uncounted = await server.UncountedAsync() - before };
    });
}
