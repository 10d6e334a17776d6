using System.Collections.Frozen;

namespace OrleansLimiter.Policies;

/// <summary>
/// A tree of segments that finds the first matching route of the file without testing all routes. The search follows both the literal
/// and the parameter, and skips a branch if the best route so far precedes all its routes. It visits each node at most once, so the
/// worst case costs no more than a scan of all routes.
/// </summary>
internal sealed class RouteNode
{
    private readonly FrozenDictionary<string, RouteNode>.AlternateLookup<ReadOnlySpan<char>> _literals;
    private readonly bool _hasLiterals;
    private readonly RouteNode? _parameter;
    private readonly Route[] _ends;
    private readonly Route[] _rests;
    private readonly int _firstRank;

    /// <summary>Builds the tree of routes whose segments are equal up to a depth.</summary>
    /// <param name="routes">The routes, by rank.</param>
    /// <param name="literals">The comparer of literals.</param>
    /// <param name="depth">The number of equal segments.</param>
    public RouteNode(IReadOnlyList<Route> routes, StringComparer literals, int depth = 0)
    {
        ILookup<bool, Route> longer = routes.ToLookup(route => route.Template.Segments.Length > depth);
        ILookup<string, Route> below = longer[true].ToLookup(route => route.Template.Segments[depth] ?? "", literals);
        var children = below.Where(group => group.Key.Length > 0).ToFrozenDictionary(
            group => group.Key, group => new RouteNode([.. group], literals, depth + 1), literals);

        _literals = children.GetAlternateLookup<ReadOnlySpan<char>>();
        _hasLiterals = children.Count > 0;
        _parameter = below.Contains("") ? new RouteNode([.. below[""]], literals, depth + 1) : null;
        _ends = [.. longer[false].Where(route => !route.Template.HasRest)];
        _rests = [.. longer[false].Where(route => route.Template.HasRest)];
        _firstRank = routes.Count > 0 ? routes[0].Rank : int.MaxValue;
    }

    /// <summary>Finds the matching route of lowest rank.</summary>
    /// <param name="method">The method in upper case.</param>
    /// <param name="rest">The rest of a path in normal form: empty, or beginning with <c>/</c> (the root is empty).</param>
    /// <param name="best">The best route so far, which is returned if all that match have a higher rank.</param>
    public Route? Find(string method, ReadOnlySpan<char> rest, Route? best = null)
    {
        if (best?.Rank < _firstRank)
        {
            return best;
        }

        best = Better(_rests, method, best);
        if (rest.IsEmpty)
        {
            return Better(_ends, method, best);
        }

        rest = rest[1..];
        int end = rest.IndexOf('/');
        ReadOnlySpan<char> segment = end < 0 ? rest : rest[..end];
        rest = rest[segment.Length..];
        if (_hasLiterals && _literals.TryGetValue(segment, out RouteNode? child))
        {
            best = child.Find(method, rest, best);
        }

        return _parameter is null ? best : _parameter.Find(method, rest, best);
    }

    private static Route? Better(Route[] routes, string method, Route? best)
    {
        foreach (Route route in routes)
        {
            if (best?.Rank < route.Rank)
            {
                break;
            }

            if (route.Method is null || route.Method == method)
            {
                return route;
            }
        }

        return best;
    }
}
