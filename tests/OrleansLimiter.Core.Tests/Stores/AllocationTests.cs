using static OrleansLimiter.Core.Tests.InProcess;

namespace OrleansLimiter.Core.Tests;

/// <summary>A decision by one limit on an existing key allocates nothing.</summary>
public sealed class AllocationTests : IDisposable
{
    private readonly InProcess _store = new();

    [Theory]
    [MemberData(nameof(ConcurrencyTests.Limits), MemberType = typeof(ConcurrencyTests))]
    public void An_allowed_acquisition_allocates_nothing(Algorithm algorithm, int permits)
    {
        GroupRules rules = Rules(algorithm, permits, seconds: 1);
        WarmUp(rules);

        Assert.Equal(0, AllocatedBy(rules, cost: 1, GroupOutcome.Allowed));
    }

    [Theory]
    [MemberData(nameof(ConcurrencyTests.Limits), MemberType = typeof(ConcurrencyTests))]
    public void A_refused_acquisition_allocates_nothing(Algorithm algorithm, int permits)
    {
        GroupRules rules = Rules(algorithm, permits, seconds: 1);
        WarmUp(rules);

        Assert.Equal(0, AllocatedBy(rules, permits, GroupOutcome.Refused));
        Assert.Equal(0, AllocatedBy(rules, permits + 1, GroupOutcome.Refused));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    public void A_joint_acquisition_allocates_nothing_whether_it_is_allowed_or_refused(int groups, int buckets)
    {
        Account account = Key(0).Account;
        GroupKey[] keys =
            [GroupKey.ForBurst("p", account, "e", "1"), GroupKey.ForEndpoint("p", account, "e", "live"), GroupKey.ForAccount("p", account)];
        keys = keys[^groups..];
        GroupRules[] rules =
        [
            .. keys.Select((_, i) => new GroupRules(
                [.. Enumerable.Range(0, buckets).Select(bucket => new BucketRule(
                    $"{bucket}", new(Algorithm.RollingWindow, 3000 - i - bucket, TimeSpan.FromSeconds(60))))],
                new(1, 0))),
        ];
        IBucketStore store = _store.Store;
        store.AcquireAllAsync(keys.Select((key, i) => new GroupRequest(key, BucketOperation.Acquire(rules[i], 1500))).ToArray());
        AllocatedBy(store, keys, rules, cost: 1, expected: true);

        Assert.Equal(0, AllocatedBy(store, keys, rules, cost: 1, expected: true));
        Assert.Equal(0, AllocatedBy(store, keys, rules, cost: 1500, expected: false));
        Assert.Equal(0, AllocatedBy(store, keys, rules, cost: 3000, expected: false));
    }

    public void Dispose() => _store.Dispose();

    private static long AllocatedBy(IBucketStore store, GroupKey[] keys, GroupRules[] rules, int cost, bool expected)
    {
        var readings = new Reading[rules.Sum(each => each.Rules.Length)];
        bool asExpected = true;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            asExpected &= store.TryAcquireAll(keys, rules, cost, readings, out bool allowed) && allowed == expected;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(asExpected);
        return allocated;
    }

    // The log of a rolling window grows once, to what a window has held. Then half of it is free again.
    private void WarmUp(GroupRules rules)
    {
        int half = rules.Rules[0].Rule.Permits / 2;
        _store.Acquire(0, rules, half);
        _store.Advance(0.75);
        _store.Acquire(0, rules, half);
        _store.Advance(0.5);
        AllocatedBy(rules, cost: 1, GroupOutcome.Allowed);
        AllocatedBy(rules, 2 * half, GroupOutcome.Refused);
    }

    private long AllocatedBy(GroupRules rules, int cost, GroupOutcome expected)
    {
        GroupKey key = Key(0);
        IBucketStore store = _store.Store;
        bool asExpected = true;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            asExpected &= store.AcquireAsync(key, rules, cost).Result.Outcome == expected;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(asExpected);
        return allocated;
    }
}
