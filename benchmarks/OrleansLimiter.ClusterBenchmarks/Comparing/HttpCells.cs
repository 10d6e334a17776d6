namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>What is measured over HTTP.</summary>
internal static class HttpCells
{
    public static IEnumerable<Cell> Of(IReadOnlyList<Server> servers)
    {
        // A contender's numbers of limits follow each other, because their ratio is what is asked for.
        foreach (Server server in servers)
        {
            foreach (Shape shape in server.Limits ? Shape.ByLimits : [Shape.Mix])
            {
                yield return Of(server, shape, Call.Authorize);
            }
        }

        foreach (Shape shape in (Shape[])[Shape.HotKey, Shape.Attack])
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

    // What has decayed since the last turn of a contender comes to life before the next: with several limits that is more of it.
    private static Cell Of(Server server, Shape shape, Call call) => new(server.Name, shape, call.Name, server.Processes, async span =>
    {
        long before = await server.UncountedAsync();
        Outcome outcome = await Wrk.RunAsync(server.Port, shape, call, span);
        return outcome with { Uncounted = await server.UncountedAsync() - before };
    })
    {
        PrepareAsync = () => Proof.AskAsync(server, shape, shape.Keys),
    };
}
