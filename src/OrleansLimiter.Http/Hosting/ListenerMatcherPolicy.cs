using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace OrleansLimiter.Http;

/// <summary>On which address an endpoint exists; on the other one it is as if it had never been mapped.</summary>
internal sealed record ServedOn(Listeners Listeners);

/// <summary>
/// Splits routing by the address that a connection came through, before anything else of a request is looked at: the
/// decision address answers an administration path exactly as it answers nonsense, not with 405 or 401.
/// </summary>
internal sealed class ListenerMatcherPolicy : MatcherPolicy, INodeBuilderPolicy
{
    // Routing's own policies begin at -1000 (methods).
    public override int Order => -2_000;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) =>
        endpoints.Any(endpoint => endpoint.Metadata.GetMetadata<ServedOn>() is not null);

    public IReadOnlyList<PolicyNodeEdge> GetEdges(IReadOnlyList<Endpoint> endpoints)
    {
        List<PolicyNodeEdge> edges = [];
        foreach (Listeners listener in (Listeners[])[Listeners.Decisions, Listeners.Administration])
        {
            List<Endpoint> served = [.. endpoints.Where(endpoint => Of(endpoint).HasFlag(listener))];
            if (served.Count > 0)
            {
                edges.Add(new(listener, served));
            }
        }

        return edges;
    }

    public PolicyJumpTable BuildJumpTable(int exitDestination, IReadOnlyList<PolicyJumpTableEdge> edges)
    {
        return new Table(To(Listeners.Decisions), To(Listeners.Administration));

        int To(Listeners listener)
        {
            foreach (PolicyJumpTableEdge edge in edges)
            {
                if (listener.Equals(edge.State))
                {
                    return edge.Destination;
                }
            }

            return exitDestination;
        }
    }

    private static Listeners Of(Endpoint endpoint) => endpoint.Metadata.GetMetadata<ServedOn>()?.Listeners ?? Listeners.Both;

    private sealed class Table(int decisions, int administration) : PolicyJumpTable
    {
        // A connection of unknown origin (a socket that the host opened by itself) never reaches administration.
        public override int GetDestination(HttpContext context) =>
            ConnectionOrigin.Of(context)?.Listener == Listeners.Administration ? administration : decisions;
    }
}
