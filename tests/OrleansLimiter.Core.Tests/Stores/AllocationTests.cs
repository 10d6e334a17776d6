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

    public void Dispose() => _store.Dispose();

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
