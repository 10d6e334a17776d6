using OrleansLimiter.Policies;

namespace OrleansLimiter.Testing;

/// <summary>A method for each kind of operation, for readable tests.</summary>
public static class Operations
{
    // A cancellation also reads. If a test does not use that reading, it is that of an unused bucket.
    private static readonly GroupRules s_nothing = new([new("nothing", new(Algorithm.FixedWindow, 1, TimeSpan.FromSeconds(1)))], new(1, 0));

    public static GroupReply Acquire(
        this BucketGroup group, GroupRules rules, int cost, Instant now, OperationId id = default, bool reserve = false) =>
        group.Execute(new(reserve ? OperationKind.Reserve : OperationKind.Acquire, rules, cost, id), now);

    public static GroupReply Read(this BucketGroup group, GroupRules rules, int cost, Instant now) =>
        group.Execute(BucketOperation.Read(rules, cost), now);

    public static void Commit(this BucketGroup group, OperationId id, Instant now) => group.Execute(BucketOperation.Commit(id), now);

    public static void Cancel(this BucketGroup group, OperationId id, Instant now) =>
        group.Execute(BucketOperation.Cancel(s_nothing, 1, id), now);

    public static ValueTask<GroupReply> AcquireAsync(
        this IBucketStore store, GroupKey key, GroupRules rules, int cost, OperationId id = default, bool reserve = false) =>
        store.ExecuteAsync(new(key, new(reserve ? OperationKind.Reserve : OperationKind.Acquire, rules, cost, id)));

    public static ValueTask<GroupReply> ReadAsync(this IBucketStore store, GroupKey key, GroupRules rules, int cost) =>
        store.ExecuteAsync(new(key, BucketOperation.Read(rules, cost)));

    public static ValueTask<GroupReply> CommitAsync(this IBucketStore store, GroupKey key, OperationId id) =>
        store.ExecuteAsync(new(key, BucketOperation.Commit(id)));

    public static ValueTask<GroupReply> CancelAsync(this IBucketStore store, GroupKey key, GroupRules rules, int cost, OperationId id) =>
        store.ExecuteAsync(new(key, BucketOperation.Cancel(rules, cost, id)));
}
