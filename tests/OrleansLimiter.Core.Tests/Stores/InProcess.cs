namespace OrleansLimiter.Core.Tests;

/// <summary>An in-process store with a fake clock, and short names for its operations.</summary>
internal sealed class InProcess : IDisposable
{
    public InProcess(int maxGroups = LivingGroups.DefaultMax) => Store = new(new(Time), maxGroups);

    public FakeTime Time { get; } = new();

    public InProcessBucketStore Store { get; }

    public LivingGroups Living => Store.Living;

    public static GroupRules Rules(Algorithm algorithm, int permits, double seconds = 60) =>
        new([new("limit", new(algorithm, permits, TimeSpan.FromSeconds(seconds)))], new(1, 0));

    public static GroupKey Key(int number) => GroupKey.ForAccount("policy", new(AccountKind.Id, $"m_{number}"));

    // The store is synchronous.
    public GroupReply Acquire(int key, GroupRules rules, int cost = 1, OperationId id = default, bool reserve = false) =>
        Store.AcquireAsync(Key(key), rules, cost, id, reserve).Result;

    public GroupReply Read(int key, GroupRules rules) => Store.ReadAsync(Key(key), rules, 1).Result;

    public GroupReply Read(GroupKey key, GroupRules rules) => Store.ReadAsync(key, rules, 1).Result;

    public GroupReply Read(GroupKey key, GroupRules rules, int max) =>
        Execute(new(key, BucketOperation.Read(rules, 1) with { MaxAccountGroups = max }));

    public GroupReply Execute(GroupRequest request) => Store.ExecuteAsync(request).Result;

    public GroupReply[]? AcquireAll(params GroupRequest[] asked) => Store.AcquireAllAsync(asked).Result;

    public IReadOnlyList<BucketUsage> Usage(int key) => Store.UsageAsync(Key(key).Account).Result;

    public void Commit(int key, OperationId id) => _ = Store.CommitAsync(Key(key), id).Result;

    public GroupReply Cancel(int key, GroupRules rules, OperationId id) => Store.CancelAsync(Key(key), rules, 1, id).Result;

    public int Reset(int key) => Store.ResetAsync(Key(key).Account).Result;

    public void Advance(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    public void Dispose() => Store.Dispose();
}
