using FsCheck;
using FsCheck.Fluent;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>What <c>q</c> and <c>w</c> of a quota promise to a caller.</summary>
public class QuotaWindowPropertyTests
{
    private static readonly Gen<Rule> AnyRule =
        from algorithm in Gen.Elements(Enum.GetValues<Algorithm>())
        from permits in Gen.Choose(1, 12)
        from window in Gen.Elements(1, 70, 400, 999, 1_000, 1_001, 1_500, 2_000, 7_300)
        from burst in Gen.Choose(1, 30)
        select new Rule(
            algorithm, permits, TimeSpan.FromMilliseconds(window), AlgorithmDescriptor.Of(algorithm).HasBurst ? burst : null);

    [Fact]
    public void A_caller_that_sends_at_most_the_quota_in_any_span_of_its_window_is_never_refused()
    {
        Gen<(int Milliseconds, int Cost)[]> requests =
            (from gap in Gen.Frequency((3, Gen.Choose(0, 3)), (1, Gen.Choose(0, 2_500))) from cost in Gen.Choose(1, 5) select (gap, cost)).ArrayOf();
        Prop.ForAll(AnyRule.Zip(requests).ToArbitrary(), given =>
        {
            (Rule rule, (int Milliseconds, int Cost)[] steps) = given;
            TimeSpan window = TimeSpan.FromSeconds(QuotaWindow.Of(rule));
            var rules = new GroupRules([new("limit", rule)], new(1, 0));
            var group = new BucketGroup();
            var sent = new List<(Instant At, int Cost)>();
            Instant now = default;
            foreach ((int milliseconds, int cost) in steps)
            {
                now += TimeSpan.FromMilliseconds(milliseconds);
                if (sent.Where(each => each.At + window > now).Sum(each => each.Cost) + cost <= rule.Capacity)
                {
                    Assert.Equal(GroupOutcome.Allowed, group.Acquire(rules, cost, now).Outcome);
                    sent.Add((now, cost));
                }
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_window_is_the_shortest_one_in_whole_seconds_in_which_the_quota_is_given() =>
        Prop.ForAll(AnyRule.ToArbitrary(), rule =>
        {
            long window = QuotaWindow.Of(rule);
            decimal given = (decimal)rule.Permits / rule.Window.Ticks * TimeSpan.TicksPerSecond; // in a second

            Assert.True(window >= 1);
            Assert.True(given * window > rule.Capacity - 0.000001m);
            Assert.True(window == 1 || given * (window - 1) < rule.Capacity);
        }).QuickCheckThrowOnFailure();
}
