using System.Collections.Immutable;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>Overrides and what they change.</summary>
internal static class TestOverrides
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly PolicyDefinition Front = new()
    {
        Name = "front",
        Generation = 1,
        Account = [AccountSource.Header("X-Company-Id"), AccountSource.Ip],
        Attributes =
        [
            new("plan", "X-Plan", ["starter", "prime", "enterprise"], "starter"),
            new("client", "X-Client", ["direct", "zapier", "partner"], "direct"),
            new("app", "X-App", [], ""),
            new("mode", "X-Mode", ["live", "test"], "live"),
        ],
        Endpoints = [new("exports", [new("POST", "/exports")], null)],
        Limits =
        [
            new()
            {
                Name = "company",
                Scope = Scope.Account,
                When = When("client=direct|zapier"),
                Cases =
                [
                    new(When("plan=enterprise"), new(Algorithm.FixedWindow, 200, TimeSpan.FromMinutes(1))),
                    new(When("plan=prime"), new(Algorithm.FixedWindow, 100, TimeSpan.FromMinutes(1))),
                    new(Condition.Always, new(Algorithm.FixedWindow, 50, TimeSpan.FromMinutes(1))),
                ],
            },
            new()
            {
                Name = "apps",
                Scope = Scope.Account,
                Key = ["app", "method"],
                Cases = [new(Condition.Always, new(Algorithm.LeakyBucket, 7, TimeSpan.FromDays(1)))],
            },
            new()
            {
                Name = "burst",
                Scope = Scope.Endpoint,
                Cases = [new(Condition.Always, new(Algorithm.TokenBucket, 10, TimeSpan.FromSeconds(1), 20))],
            },
        ],
    };

    public static Override Change(string limit = "company", string account = "cmp_1") =>
        new() { Account = new(AccountKind.Id, account), Policy = "front", Limit = limit };

    public static Override Raise(int permits, string limit = "company", string account = "cmp_1") =>
        Change(limit, account) with { Permits = permits };

    /// <summary><c>plan=prime|starter app=x</c>; empty: always.</summary>
    public static Condition When(string text) => new(
    [
        .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(term => term.Split('='))
            .Select(term => new ConditionTerm(term[0], [.. term[1].Split('|')])),
    ]);

    public static OverrideTable Table(params ImmutableArray<Override> changes) =>
        changes.Aggregate(OverrideTable.Empty, (table, change) => table.With(change, Now));

    public static OverrideTable With(this OverrideTable table, Override change, DateTimeOffset utcNow)
    {
        Assert.True(table.TryWith(change, utcNow, out var next, out var error), error?.Message);
        return next;
    }
}
