namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The measurements over HTTP.</summary>
internal static class HttpCells
{
    public static IEnumerable<Cell> Of(IReadOnlyList<Server> servers)
    {
        // The numbers of limits of a contender are measured one after the other, because the result is their ratio.
        foreach (Server server in servers)
        {
            foreach (Shape shape in server.Limits ? Shape.ByLimits : [Shape.Mix])
            {
                yield return Of(server, shape, Call.Authorize);
            }
        }

        foreach (Shape shape in (Shape[])[Shape.HotKey, Shape.Attack])
        {
            foreach (Server server in servers.Where(server => server.Name != Server.InlineFloor))
            {
                yield return Of(server, shape, Call.Authorize);
            }
        }

        foreach (Server server in servers.Where(server => server.IsOurs))
        {
            yield return Of(server, Shape.Mix, Call.Check);
        }

        foreach (Shape shape in (Shape[])[Shape.Mix, Shape.HotKey])
        {
            foreach (Server server in servers.Where(server => server.IsOurs))
            {
                yield return Of(server, shape, Call.Batch);
            }
        }
    }

    // Creates again, before each turn, the counts that have expired since the last turn of a contender. Several limits have more of them.
    private static Cell Of(Server server, Shape shape, Call call) => new(server.Name, shape, call.Name, server.Processes, async span =>
    {
        long before = await server.UncountedAsync();
        Outcome outcome = await Wrk.RunAsync(server.Port, shape, call, span);
        return outcome with { Uncounted = await server.UncountedAsync() - before };
    })
    {
        PrepareAsync = () => Verification.SendAsync(server, shape, shape.Keys),
    };
}
