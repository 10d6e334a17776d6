namespace OrleansLimiter.Testing.Contracts;

/// <summary>
/// The contract of <see cref="IBucketStore"/>, for every implementation. A test uses only the interface and the clock. Every test has
/// accounts of its own, so that one store can serve all tests.
/// </summary>
public abstract partial class BucketStoreContract : IAsyncLifetime
{
    public static readonly TheoryData<Algorithm> Algorithms =
        [Algorithm.RollingWindow, Algorithm.FixedWindow, Algorithm.LeakyBucket, Algorithm.TokenBucket];

    private static long accounts;

    /// <summary>The clock of the store. A store that serves several tests shares its clock.</summary>
    protected virtual FakeTime Time { get; } = new();

    /// <summary>The store under test.</summary>
    protected IBucketStore Groups { get; private set; } = null!;

    /// <summary>An account that no other test uses.</summary>
    protected Account Account { get; } = new(AccountKind.Id, $"account {Interlocked.Increment(ref accounts)}");

    /// <summary>A key of that account.</summary>
    protected GroupKey Key => GroupKey.ForEndpoint("contract", Account, "things", "live");

    public async ValueTask InitializeAsync() => Groups = await StartAsync(Time);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts a store with the clock, or returns a running one.</summary>
    protected abstract Task<IBucketStore> StartAsync(FakeTime time);

    protected static GroupRules Rules(Algorithm algorithm, int permits, double seconds = 60, int policy = 1, uint overrides = 0) =>
        new([new("limit", Rule(algorithm, permits, seconds))], new(policy, overrides));

    protected static Rule Rule(Algorithm algorithm, int permits, double seconds = 60) =>
        new(algorithm, permits, TimeSpan.FromSeconds(seconds));

    protected ValueTask<GroupReply> AcquireAsync(GroupRules rules, int cost = 1, OperationId id = default, bool reserve = false) =>
        Groups.AcquireAsync(Key, rules, cost, id, reserve);

    protected async Task<OperationId> ReserveAsync(GroupRules rules, int cost)
    {
        var id = OperationId.New();
        Assert.Equal(GroupOutcome.Allowed, (await AcquireAsync(rules, cost, id, reserve: true)).Outcome);
        return id;
    }

    protected ValueTask<GroupReply> CancelAsync(OperationId id, GroupRules rules) => Groups.CancelAsync(Key, rules, 1, id);

    protected async Task<int> RemainingAsync(GroupRules rules) => (await Groups.ReadAsync(Key, rules, 1)).Readings[0].Remaining;
}
