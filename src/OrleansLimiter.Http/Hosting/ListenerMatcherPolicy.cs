using Microsoft.AspNetCore.Routing.Matching;

namespace OrleansLimiter.Http;

/// <summary>The addresses that serve an endpoint. On the other address the endpoint does not exist.</summary>
internal sealed record ServedOn(Listeners Listeners);

/// <summary>
/// Selects endpoints by the listener of the connection, before all other policies: on the address of decisions, a path of
/// administration gets the same response as an unknown path, not 405 or 401.
/// </summary>
internal sealed class ListenerMatcherPolicy : MatcherPolicy, INodeBuilderPolicy
{
    // The policies of ASP.NET Core begin at -1000 (HTTP methods).
    public override int Order => -2_000;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) =>
        endpoints.Any(endpoint => endpoint.Metadata.GetMetadata<ServedOn>() is not null);

    public IReadOnlyList<PolicyNodeEdge> GetEdges(IReadOnlyList<Endpoint> endpoints)
    {
        return [.. from listener in (Listeners[])[Listeners.Decisions, Listeners.Administration, Listeners.Grpc]
                   let served = endpoints.Where(endpoint => Of(endpoint).HasFlag(listener)).ToList()
                   where served.Count > 0
                   select new PolicyNodeEdge(listener, served)];
    }

    public PolicyJumpTable BuildJumpTable(int exitDestination, IReadOnlyList<PolicyJumpTableEdge> edges)
    {
        return new Table(
            Destination(Listeners.Decisions), Destination(Listeners.Administration), Destination(Listeners.Grpc));

        int Destination(Listeners listener) =>
            edges.Where(edge => listener.Equals(edge.State)).Select(edge => edge.Destination).FirstOrDefault(exitDestination);
    }

    private static Listeners Of(Endpoint endpoint) => endpoint.Metadata.GetMetadata<ServedOn>()?.Listeners ?? Listeners.Both;

    private sealed class Table(int decisions, int administration, int grpc) : PolicyJumpTable
    {
        // A connection of unknown origin (the host itself opened the socket) never reaches administration.
        public override int GetDestination(HttpContext context) => ConnectionOrigin.Of(context)?.Listener switch
        {
            Listeners.Administration => administration,
            Listeners.Grpc => grpc,
            _ => decisions,
        };
    }
}
