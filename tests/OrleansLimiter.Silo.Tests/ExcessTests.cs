using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>The figure on which the tests of faults and <c>benchmarks/faults.sh</c> rely.</summary>
public sealed class ExcessTests
{
    private const int Permits = 3;
    private const int Window = 60_000;

    [Fact]
    public void Admissions_up_to_the_permits_in_each_window_are_no_excess() => Assert.Equal(
        0, Excess.Of(Permits, [Admission(0), Admission(1), Refusal(2), Admission(3), Admission(60_000), Admission(60_001)]));

    [Fact]
    public void A_bucket_that_starts_empty_in_the_window_begins_no_new_window() => Assert.Equal(
        2, Excess.Of(Permits, [Admission(0), Admission(1), Admission(2), Admission(30_000), Admission(30_001), Admission(60_000)]));

    [Fact]
    public void A_window_ends_when_the_answer_to_its_first_admission_says_so()
    {
        Decision[] decisions = [Admission(0), Admission(1), Admission(2), Admission(50_000)];

        Assert.Equal(1, Excess.Of(Permits, decisions));
        Assert.Equal(0, Excess.Of(Permits, [Admission(0, reset: 50_000), .. decisions[1..]]));
    }

    [Fact]
    public void A_cost_counts_as_so_many_admissions() => Assert.Equal(
        2, Excess.Of(Permits, [Admission(0, cost: 2), Admission(1, cost: 3)]));

    [Fact]
    public void Decisions_by_on_failure_and_requests_without_an_answer_are_not_counted() => Assert.Equal(
        0, Excess.Of(Permits, [Admission(0, cost: 3), Of(1, new(200, "unreachable", null, null, null)), Of(2, null)]));

    private static Decision Admission(int at, int reset = Window, int cost = 1) => Of(at, new(200, null, Permits, 0, reset), cost);

    private static Decision Refusal(int at) => Of(at, new(429, null, Permits, 0, 1));

    private static Decision Of(int at, Answer? answer, int cost = 1)
    {
        long ticks = 1 + (at * Stopwatch.Frequency / 1000);
        return new(Traffic.Frontline, "acme", ticks, ticks, answer, cost);
    }
}
