using System.Collections.Immutable;
using static OrleansLimiter.Decisions.Tests.TestDecisions;

namespace OrleansLimiter.Decisions.Tests;

public class ReportingTests
{
    [Fact]
    public void The_first_limit_of_the_report_that_applied_is_reported_even_if_another_refuses() =>
        Assert.Equal(1, Of(["b", "a"], Wait(1, 5), Allowed(100, 99)));

    [Fact]
    public void A_limit_of_the_report_whose_group_is_unavailable_is_skipped() =>
        Assert.Equal(0, Of(["b", "a"], Allowed(100, 99), null));

    [Fact]
    public void Nothing_is_reported_if_no_limit_of_the_report_applied() =>
        Assert.Equal(-1, Of(["other"], Allowed(100, 99)));

    [Fact]
    public void Nothing_is_reported_if_no_limit_applied() => Assert.Equal(-1, Of([]));

    [Fact]
    public void Nothing_is_reported_if_no_group_is_available() => Assert.Equal(-1, Of([], null, null));

    [Fact]
    public void Of_limits_that_refuse_the_one_with_the_longest_wait_is_reported() =>
        Assert.Equal(2, Of([], Allowed(100, 0), Wait(10, 1), Wait(10, 2), Wait(10, 1.5)));

    [Fact]
    public void Never_is_the_longest_wait() =>
        Assert.Equal(1, Of([], Wait(10, 3600), Never(10, 10), Wait(10, 7200)));

    [Fact]
    public void If_no_limit_refuses_the_one_with_the_smallest_remaining_share_is_reported() =>
        Assert.Equal(1, Of([], Allowed(10, 5), Allowed(1000, 499), Allowed(4, 2)));

    [Fact]
    public void Remaining_shares_are_compared_exactly() =>
        Assert.Equal(1, Of([], Allowed(1_000_000_000, 999_999_999), Allowed(999_999_999, 999_999_998)));

    [Fact]
    public void Of_equal_limits_the_first_in_the_policy_is_reported()
    {
        Assert.Equal(0, Of([], Allowed(10, 5), Allowed(2, 1)));
        Assert.Equal(0, Of([], Wait(10, 5), Wait(2, 5)));
        Assert.Equal(1, Of([], Allowed(9, 1), Never(9, 9), Never(5, 0)));
    }

    [Fact]
    public void A_limit_whose_group_is_unavailable_is_not_reported() =>
        Assert.Equal(1, Of([], null, Allowed(10, 9)));

    private static int Of(ImmutableArray<string> report, params Reading?[] readings)
    {
        var limits = readings.Select((_, i) => Limit(((char)('a' + i)).ToString())).ToArray();
        return Reporting.Of(Decision(Policy(new() { Report = report }, limits), readings));
    }
}
