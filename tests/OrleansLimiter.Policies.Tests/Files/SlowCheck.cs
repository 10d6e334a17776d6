namespace OrleansLimiter.Policies.Tests;

/// <summary>
/// The conflicts between the parts of a policy, found with every request: every path of up to three segments, every
/// method, every value of every attribute. Slow and obvious.
/// </summary>
internal sealed class SlowCheck(AnyPolicy policy)
{
    private static readonly string[] Methods = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "OTHER"];
    private static readonly string[] Words = ["a", "b", "unheard"];

    /// <summary>All invalid parts, as the subjects of <see cref="AnyPolicy.Write"/>.</summary>
    public HashSet<object> Errors()
    {
        var hits = Paths().SelectMany(path => Methods.Select(method => (Method: method, Hit: First(method, path)))).ToList();
        var hidden = Routes().Except(hits.Select(hit => hit.Hit)).Cast<object>().ToHashSet();
        if (hidden.Count > 0)
        {
            return hidden; // the methods of an endpoint are then undefined
        }

        var requests = Requests(hits.Select(hit => (hit.Hit.Endpoint < 0 ? "other" : $"e{hit.Hit.Endpoint}", hit.Method)).Distinct());
        return Between([.. requests]);
    }

    private HashSet<object> Between(List<Dictionary<string, string>> requests)
    {
        var errors = new HashSet<object>();
        bool all = true;
        for (int i = 0; i < policy.Limits.Count; i++)
        {
            var limit = policy.Limits[i];
            var its = requests.Where(request => Applies(limit, request)).ToList();
            if (its.Count == 0)
            {
                all = false;
                errors.Add(("limit", i));
                continue;
            }

            errors.UnionWith(Enumerable.Range(0, limit.Cases.Count)
                .Where(j => !its.Any(request => Case(limit, request) == j))
                .Select(j => (object)("case", i, j)));
            if (its.Any(request => Case(limit, request) < 0 && !policy.Unlimited.Any(one => Holds(one, request))))
            {
                errors.Add(("limit", i));
            }
        }

        if (all)
        {
            Coverage(requests, errors);
        }

        return errors;
    }

    private void Coverage(List<Dictionary<string, string>> requests, HashSet<object> errors)
    {
        if (requests.Any(request => !policy.Limits.Any(limit => Applies(limit, request)) && Entry(request) < 0))
        {
            errors.Add("limits");
        }

        var needed = requests
            .Where(request => !policy.Limits.Any(limit => Applies(limit, request) && Case(limit, request) >= 0))
            .Select(Entry)
            .ToHashSet();
        errors.UnionWith(Enumerable.Range(0, policy.Unlimited.Count).Where(i => !needed.Contains(i)).Select(i => (object)("unlimited", i)));
    }

    private int Entry(Dictionary<string, string> request) =>
        policy.Unlimited.Select((one, i) => Holds(one, request) ? i : int.MaxValue).DefaultIfEmpty(int.MaxValue).Min() is var first and < int.MaxValue
            ? first
            : -1;

    private static bool Applies(AnyLimit limit, Dictionary<string, string> request) =>
        Holds(limit.When, request) && !(limit.Unless is { } unless && Holds(unless, request));

    private static int Case(AnyLimit limit, Dictionary<string, string> request)
    {
        if (limit.Cases.Count == 0)
        {
            return 0;
        }

        for (int i = 0; i < limit.Cases.Count; i++)
        {
            if (Holds(limit.Cases[i], request))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool Holds(AnyCondition condition, Dictionary<string, string> request) =>
        condition.Terms.All(term => term.Values.Contains(request[term.Key]));

    private IEnumerable<Dictionary<string, string>> Requests(IEnumerable<(string Endpoint, string Method)> places) =>
        from place in places
        from plan in (string[])["a", "b"]
        from region in (string[])["x", "y", "unheard"]
        from kind in policy.HasIp ? (string[])["id", "ip"] : ["id"]
        select new Dictionary<string, string>
        {
            ["endpoint"] = place.Endpoint,
            ["method"] = place.Method,
            ["operation"] = place.Method is "GET" or "HEAD" or "OPTIONS" ? "read" : "write",
            ["plan"] = plan,
            ["region"] = region,
            ["kind"] = kind,
        };

    private static IEnumerable<string[]> Paths() =>
        Enumerable.Range(0, 4).SelectMany(length =>
            Enumerable.Range(0, length).Aggregate(
                (IEnumerable<string[]>)[[]], (paths, _) => paths.SelectMany(path => Words.Select(word => (string[])[.. path, word]))));

    private IEnumerable<(int Endpoint, int Route)> Routes() =>
        policy.Endpoints.SelectMany((routes, i) => routes.Select((_, j) => (i, j)));

    private (int Endpoint, int Route) First(string method, string[] path) =>
        Routes().Where(route => Matches(policy.Endpoints[route.Endpoint][route.Route], method, path)).DefaultIfEmpty((-1, -1)).First();

    private static bool Matches(string route, string method, string[] path)
    {
        string[] parts = route.Split(' ');
        string[] template = parts[1].Split('/', StringSplitOptions.RemoveEmptyEntries);
        bool rest = template is [.., "**"];
        template = rest ? template[..^1] : template;
        return (parts[0] == "ANY" || parts[0] == (method == "HEAD" ? "GET" : method))
            && (rest ? path.Length >= template.Length : path.Length == template.Length)
            && template.Zip(path).All(pair => pair.First == "{x}" || pair.First == pair.Second);
    }
}
