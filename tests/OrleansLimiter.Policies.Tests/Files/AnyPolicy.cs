using FsCheck;
using FsCheck.Fluent;

namespace OrleansLimiter.Policies.Tests;

/// <summary>Conditions by key; empty: always.</summary>
internal sealed record AnyCondition(IReadOnlyList<(string Key, string[] Values)> Terms)
{
    public override string ToString() =>
        $"{{ {string.Join(", ", Terms.Select(term => $"{term.Key}: [{string.Join(", ", term.Values)}]"))} }}";
}

/// <summary>A limit: when it applies, when it does not, and its cases. No cases: one without a condition.</summary>
internal sealed record AnyLimit(AnyCondition When, AnyCondition? Unless, IReadOnlyList<AnyCondition> Cases);

/// <summary>
/// A small random policy whose parts are valid by themselves: at most two endpoints, a closed attribute <c>plan</c> (a,
/// b), an open attribute <c>region</c>, and a few limits. Every part that can be invalid is on a separate line.
/// </summary>
internal sealed record AnyPolicy(
    bool HasIp,
    IReadOnlyList<IReadOnlyList<string>> Endpoints,
    IReadOnlyList<AnyLimit> Limits,
    IReadOnlyList<AnyCondition> Unlimited)
{
    private static readonly Gen<string> Route =
        from method in Gen.Elements("GET", "POST", "ANY")
        from path in Gen.Elements("/", "/a", "/b", "/a/{x}", "/{x}", "/{x}/b", "/a/**", "/{x}/**", "/**")
        select $"{method} {path}";

    public static Gen<AnyPolicy> Any { get; } =
        from ip in Gen.Elements(true, false)
        from endpoints in Some(2, Some(2, Route))
        let named = endpoints.Where(routes => routes.Count > 0).Select(routes => routes.Distinct().ToArray()).ToArray()
        let condition = Condition(named.Length, ip)
        from limits in Some(3, Limit(condition))
        from last in Limit(condition)
        from unlimited in Some(2, condition)
        select new AnyPolicy(ip, named, [.. limits, last], [.. unlimited.Where(one => one.Terms.Count > 0)]);

    /// <summary>The file, and the line of each route, limit, case and entry.</summary>
    public (string Text, Dictionary<object, int> Lines) Write()
    {
        List<string> text =
        [
            "policy: p", "generation: 1",
            $"identity: {{ account: [header:X{(HasIp ? ", ip" : "")}], plan: {{ one-of: [a, b], default: a }}, region: {{ default: z }} }}",
        ];
        var lines = new Dictionary<object, int>();
        void Line(string line, object? subject = null)
        {
            text.Add(line);
            _ = subject is null || lines.TryAdd(subject, text.Count);
        }

        Line(Endpoints.Count > 0 ? "endpoints:" : "endpoints: {}");
        for (int i = 0; i < Endpoints.Count; i++)
        {
            Line($"  e{i}:");
            for (int j = 0; j < Endpoints[i].Count; j++)
            {
                Line($"  - {Endpoints[i][j]}", (i, j));
            }
        }

        Line("limits:", "limits");
        for (int i = 0; i < Limits.Count; i++)
        {
            Line($"- {{ name: l{i}, scope: account, algorithm: fixed-window{Optional("when", Limits[i].When)}{Optional("unless", Limits[i].Unless)},", ("limit", i));
            Line(Limits[i].Cases.Count == 0 ? "    permits: 1, window: 1s }" : "    cases: [");
            for (int j = 0; j < Limits[i].Cases.Count; j++)
            {
                Line($"    {{ permits: 1, window: 1s{Optional("when", Limits[i].Cases[j])} }}{(j < Limits[i].Cases.Count - 1 ? "," : "]}")}", ("case", i, j));
            }
        }

        Line(Unlimited.Count > 0 ? "unlimited:" : "");
        for (int i = 0; i < Unlimited.Count; i++)
        {
            Line($"- when: {Unlimited[i]}", ("unlimited", i));
        }

        return (string.Join('\n', text), lines);
    }

    private static string Optional(string key, AnyCondition? condition) =>
        condition is { Terms.Count: > 0 } ? $", {key}: {condition}" : "";

    private static Gen<AnyLimit> Limit(Gen<AnyCondition> condition) =>
        from when in condition
        from unless in condition
        from cases in Some(3, condition)
        select new AnyLimit(when, unless.Terms.Count == 1 ? unless : null, cases);

    private static Gen<AnyCondition> Condition(int endpoints, bool ip) =>
        from endpoint in Term("endpoint", [.. Enumerable.Range(0, endpoints).Select(i => $"e{i}"), "other"])
        from operation in Term("operation", ["read", "write"])
        from method in Term("method", ["GET", "POST", "OTHER"])
        from kind in Term("kind", ip ? ["id", "ip"] : ["id"])
        from plan in Term("plan", ["a", "b"])
        from region in Term("region", ["x", "y"])
        select new AnyCondition([.. endpoint, .. operation, .. method, .. kind, .. plan, .. region]);

    // Mostly absent, so that conditions match often enough; never without a value.
    private static Gen<(string, string[])[]> Term(string key, string[] values) =>
        from present in Gen.Choose(0, 4)
        from chosen in Gen.Choose(1, (1 << values.Length) - 1)
        select present > 0 ? [] : new[] { (key, values.Where((_, i) => (chosen & (1 << i)) != 0).ToArray()) };

    private static Gen<IReadOnlyList<T>> Some<T>(int most, Gen<T> one) =>
        from count in Gen.Choose(0, most)
        from items in one.ListOf(count)
        select (IReadOnlyList<T>)[.. items];
}
