namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The waits of some servers at the same fixed rate.</summary>
/// <param name="PerSecond">The requested rate.</param>
/// <param name="Waits">The median round of each server.</param>
internal sealed record FixedRate(double PerSecond, IReadOnlyDictionary<string, Outcome> Waits)
{
    public static FixedRate Measure(IReadOnlyList<Server> servers, double perSecond, Pace pace) =>
        Measure(servers, RawRequest.Of(Call.Authorize, Shape.Mix), perSecond, pace);

    public static FixedRate Measure(IReadOnlyList<Server> servers, byte[][] requests, double perSecond, Pace pace)
    {
        PacedLoad[] loads = [.. servers.Select(server => new PacedLoad(server.Port, requests))];
        long Requests(TimeSpan span) => (long)(span.TotalSeconds * perSecond);
        foreach (PacedLoad load in loads)
        {
            load.Run(perSecond, Requests(pace.Span));
        }

        List<Outcome>[] outcomes = [.. servers.Select(_ => new List<Outcome>())];
        for (int round = 0; round < pace.Rounds; round++)
        {
            for (int i = 0; i < loads.Length; i++)
            {
                outcomes[i].Add(loads[i].Run(perSecond, Requests(2 * pace.Span)));
            }
        }

        Array.ForEach(loads, load => load.Dispose());
        return new(perSecond, servers.Select((server, i) => (server.Name, Middle: outcomes[i].OrderBy(each => each.P99).ElementAt(pace.Rounds / 2)))
            .ToDictionary(each => each.Name, each => each.Middle));
    }
}
