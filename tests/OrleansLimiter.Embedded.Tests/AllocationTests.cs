using static OrleansLimiter.Embedded.Tests.Engine;

namespace OrleansLimiter.Embedded.Tests;

/// <summary>A decision by one limit on a key that lives leaves nothing to collect.</summary>
public sealed class AllocationTests : IDisposable
{
    private readonly Engine _engine = new();

    [Theory]
    [MemberData(nameof(ConcurrencyTests.Limits), MemberType = typeof(ConcurrencyTests))]
    public void A_take_that_is_allowed_allocates_nothing(Algorithm algorithm, int permits)
    {
        GroupRules rules = Rules(algorithm, permits, seconds: 1);
        WarmUp(rules);

        Assert.Equal(0, AllocatedBy(rules, cost: 1, GroupOutcome.Allowed));
    }

    [Theory]
    [MemberData(nameof(ConcurrencyTests.Limits), MemberType = typeof(ConcurrencyTests))]
    public void A_take_that_is_refused_allocates_nothing(Algorithm algorithm, int permits)
    {
        GroupRules rules = Rules(algorithm, permits, seconds: 1);
        WarmUp(rules);

        Assert.Equal(0, AllocatedBy(rules, permits, GroupOutcome.Refused));
        Assert.Equal(0, AllocatedBy(rules, permits + 1, GroupOutcome.Refused));
    }

    public void Dispose() => _engine.Dispose();

    // A rolling window's log grows to what a window has held, once; half of it is free again then.
    private void WarmUp(GroupRules rules)
    {
        int half = rules.Rules[0].Rule.Permits / 2;
        _engine.Take(0, rules, half);
        _engine.Advance(0.75);
        _engine.Take(0, rules, half);
        _engine.Advance(0.5);
        AllocatedBy(rules, cost: 1, GroupOutcome.Allowed);
        AllocatedBy(rules, 2 * half, GroupOutcome.Refused);
    }

    private long AllocatedBy(GroupRules rules, int cost, GroupOutcome expected)
    {
        GroupKey key = Key(0);
        IGroups groups = _engine.Groups;
        bool asExpected = true;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            asExpected &= groups.TakeAsync(key, rules, cost, TakeId.None, hold: false).Result.Outcome == expected;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(asExpected);
        return allocated;
    }
}
