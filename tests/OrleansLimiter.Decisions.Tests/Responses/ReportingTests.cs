using System.Collections.Immutable;
using static OrleansLimiter.Decisions.Tests.TestDecisions;

namespace OrleansLimiter.Decisions.Tests;

public class ReportingTests
{
    [Fact]
    public void The_first_of_the_report_that_applied_is_reported_even_when_another_refuses() =>
        Assert.Equal(1, Of(["b", "a"], Wait(1, 5), Allowed(100, 99)));

    [Fact]
    public void A_reported_limit_whose_group_could_not_be_asked_gives_way_to_the_next() =>
        Assert.Equal(0, Of(["b", "a"], Allowed(100, 99), null));

    [Fact]
    public void Nothing_is_reported_where_none_of_the_report_applied() =>
        Assert.Equal(-1, Of(["other"], Allowed(100, 99)));

    [Fact]
    public void Nothing_is_reported_where_no_limit_applied() => Assert.Equal(-1, Of([]));

    [Fact]
    public void Nothing_is_reported_where_no_group_could_be_asked() => Assert.Equal(-1, Of([], null, null));

    [Fact]
    public void Of_limits_that_refuse_the_one_with_the_longest_wait_binds_most() =>
        Assert.Equal(2, Of([], Allowed(100, 0), Wait(10, 1), Wait(10, 2), Wait(10, 1.5)));

    [Fact]
    public void Never_is_the_longest_wait() =>
        Assert.Equal(1, Of([], Wait(10, 3600), Never(10, 10), Wait(10, 7200)));

    [Fact]
    public void Where_none_refuses_the_smallest_part_that_is_left_binds_most() =>
        Assert.Equal(1, Of([], Allowed(10, 5), Allowed(1000, 499), Allowed(4, 2)));

    [Fact]
    public void Parts_are_compared_exactly() =>
        Assert.Equal(1, Of([], Allowed(1_000_000_000, 999_999_999), Allowed(999_999_999, 999_999_998)));

    [Fact]
    public void Ties_go_to_the_first_in_the_policy()
    {
        Assert.Equal(0, Of([], Allowed(10, 5), Allowed(2, 1)));
        Assert.Equal(0, Of([], Wait(10, 5), Wait(2, 5)));
        Assert.Equal(1, Of([], Allowed(9, 1), Never(9, 9), Never(5, 0)));
    }

    [Fact]
    public void A_limit_that_could_not_be_asked_binds_nothing() =>
        Assert.Equal(1, Of([], null, Allowed(10, 9)));

    private static int Of(ImmutableArray<string> report, params Reading?[] readings)
    {
        var limits = readings.Select((_, i) => Limit(((char)('a' + i)).ToString())).ToArray();
        return Reporting.Of(Decision(Policy(new() { Report = report }, limits), readings));
    }
}
