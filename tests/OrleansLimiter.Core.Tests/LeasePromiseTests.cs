using System.Numerics;
using OrleansLimiter.Core.Tests.Models;

namespace OrleansLimiter.Core.Tests;

/// <summary>
/// Checks the guarantees on the times at which permits were really used. The permits of a lease are used at any time
/// before its end, early or late.
/// </summary>
public class LeasePromiseTests
{
    [Fact]
    public void Whenever_leases_are_used_no_span_of_one_rolling_window_holds_more_than_the_permits() =>
        Play(Algorithm.RollingWindow, (rule, played) => Assert.All(played.Uses, last => Assert.InRange(
            played.Uses.Where(use => use.At > last.At - rule.Window.Ticks && use.At <= last.At).Sum(use => (long)use.Permits),
            0, rule.Permits)));

    [Fact]
    public void Whenever_leases_are_used_no_fixed_window_with_the_idle_time_before_it_holds_more_than_the_permits() =>
        Play(Algorithm.FixedWindow, (rule, played) =>
        {
            long closed = long.MinValue;
            foreach ((long at, _) in played.Counted)
            {
                if (at >= closed)
                {
                    long closes = at + rule.Window.Ticks;
                    Assert.InRange(
                        played.Uses.Where(use => use.At >= closed && use.At < closes).Sum(use => (long)use.Permits), 0, rule.Permits);
                    closed = closes;
                }
            }
        });

    [Theory]
    [InlineData(Algorithm.LeakyBucket)]
    [InlineData(Algorithm.TokenBucket)]
    public void Whenever_leases_are_used_no_bucket_that_drains_is_ever_above_its_capacity(Algorithm algorithm) =>
        Play(algorithm, (rule, played) =>
        {
            // In permits times ticks of the window. The permits of the rule drain in each tick.
            BigInteger level = 0;
            long last = 0;
            foreach ((long at, int permits) in played.Uses)
            {
                level = BigInteger.Max(0, level - (BigInteger)(at - last) * rule.Permits) + (BigInteger)permits * rule.Window.Ticks;
                last = at;
                Assert.True(level <= (BigInteger)rule.Capacity * rule.Window.Ticks);
            }
        });

    [Fact]
    public void Waiting_exactly_retry_after_is_enough_however_leases_end_meanwhile() =>
        Wait([.. SomeRules.Leased.Where(rule => rule.Algorithm != Algorithm.RollingWindow || rule.Permits <= 4096)], _ => TimeSpan.Zero);

    [Fact]
    public void Above_4096_permits_waiting_one_slot_longer_is_enough_however_leases_end_meanwhile() =>
        Wait([.. SomeRules.Leased.Where(rule => rule.Permits > 4096)], rule => new(RollingModel.Step(rule)));

    private static void Wait(Rule[] leased, Func<Rule, TimeSpan> longer) => Scripts.Check(
        Scripts.One(leased),
        script =>
        {
            var played = new SideBySide(script, new(script.Seed));
            played.PlayAll();
            GroupRules rules = script.Questions[0];
            int capacity = rules.Rules[0].Rule.Capacity;
            int cost = capacity - script.Seed % capacity;
            GroupReply reply = played.Group.Read(rules, cost, played.Now);
            if (reply.Outcome == GroupOutcome.Refused && !reply.Contended)
            {
                Reading reading = reply.Readings[0];
                Assert.Equal(Verdict.Wait, reading.Verdict);
                played.EndAll(within: reading.RetryAfter + longer(rules.Rules[0].Rule), script.Seed);
                Assert.Equal(GroupOutcome.Allowed, played.Group.Read(rules, cost, played.Now).Outcome);
            }
        },
        Leasing.Mostly,
        scripts: 1500);

    private static void Play(Algorithm algorithm, Action<Rule, SideBySide> look) => Scripts.Check(
        Scripts.One([.. SomeRules.Leased.Where(rule => rule.Algorithm == algorithm)]),
        script =>
        {
            var played = new SideBySide(script, new(script.Seed));
            played.PlayAll();
            look(script.Questions[0].Rules[0].Rule, played);
        },
        Leasing.Mostly,
        scripts: 1500);
}
