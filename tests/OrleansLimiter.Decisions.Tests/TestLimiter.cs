namespace OrleansLimiter.Decisions.Tests;

/// <summary>A limiter over the in-process store with a fake clock, and policies and requests for it.</summary>
internal sealed class TestLimiter : IDisposable
{
    public FakeTime Time { get; } = new();

    public LimiterClock Clock { get; }

    public InProcessBucketStore Store { get; }

    public TableInMemory Overrides { get; }

    public Limiter Limiter { get; }

    public TestLimiter(int maxGroups = 1000, int shards = 1)
    {
        Overrides = new(shards);
        Clock = new(Time);
        Store = new(Clock, maxGroups);
        Limiter = new(Store, Overrides, Clock);
    }

    public Decision Check(Policy policy, LimitRequest request)
    {
        ValueTask<Decision> decision = Limiter.CheckAsync(policy, request);
        Assert.True(decision.IsCompletedSuccessfully, "the in-process store decides at once");
        return decision.Result;
    }

    /// <summary>Advances the clock. All due timers and their continuations have run when this returns.</summary>
    public void Advance(int milliseconds) => SlowBucketStore.RunWithoutContext(() => Time.Advance(TimeSpan.FromMilliseconds(milliseconds)));

    public void Dispose() => Store.Dispose();

    public static Policy Policy(params LimitDefinition[] limits) => new(Definition(limits));

    public static PolicyDefinition Definition(params LimitDefinition[] limits) => new()
    {
        Name = "p",
        Generation = 1,
        Account = [AccountSource.Header("X-Account-Id"), AccountSource.Ip],
        Attributes =
        [
            new("mode", "X-Mode", ["live", "test"], "live"),
            new("plan", "X-Plan", ["starter", "prime"], "starter"),
            new("team", "X-Team", [], "none"),
        ],
        Endpoints = [new("exports", [new("POST", "/exports")], null), new("messages", [new("POST", "/c/{id}/messages")], "id")],
        Limits = [.. limits],
    };

    public static LimitDefinition Limit(
        string name, Scope scope, int permits, double seconds, Algorithm algorithm = Algorithm.FixedWindow) => new()
        {
            Name = name,
            Scope = scope,
            Cases = [new(Condition.Always, new Rule(algorithm, permits, TimeSpan.FromSeconds(seconds)))],
        };

    public static Condition When(string key, params string[] values) => new([new(key, [.. values])]);

    public static LimitRequest Request(
        string account = "a", string endpoint = "exports", string resource = "", string method = "POST",
        string? mode = null, string? plan = null, string? team = null, int cost = 1, bool peek = false) => new()
        {
            Account = new(AccountKind.Id, account),
            Method = method,
            Endpoint = new EndpointMatch(endpoint == "exports" ? 0 : endpoint == "messages" ? 1 : -1, endpoint, resource),
            Attributes = [mode, plan, team],
            Cost = cost,
            Peek = peek,
        };
}

/// <summary>Overrides in memory.</summary>
internal sealed class TableInMemory(int shards) : IOverrides
{
    public OverrideTables Current { get; private set; } = new([.. Enumerable.Repeat(OverrideTable.Empty, shards)]);

    public ValueTask<OverrideReply> SetAsync(Override change)
    {
        bool kept = Current.TryWith(change, default, out OverrideTables? tables, out Override? entry, out OverrideError? error);
        Assert.True(kept, error?.Message);
        Current = tables!;
        return new(new OverrideReply(entry, null));
    }

    public ValueTask<int> RemoveAsync(Account account, string policy, string limit)
    {
        Current = Current.Without(account, policy, limit, default, out int removed);
        return new(removed);
    }
}
