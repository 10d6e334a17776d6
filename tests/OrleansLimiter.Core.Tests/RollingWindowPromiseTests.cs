using FsCheck;
using FsCheck.Fluent;
using OrleansLimiter.Core.Tests.Models;

namespace OrleansLimiter.Core.Tests;

/// <summary>Checks the guarantee itself on the exact times of all acquisitions that were not canceled, without a model.</summary>
public class RollingWindowPromiseTests
{
    [Fact]
    public void No_half_open_span_of_one_window_ever_holds_more_than_the_permits() => Play((rule, stayed, acquisition) =>
        Assert.True(!acquisition.Allowed || Within(stayed, acquisition.At, rule.Window.Ticks) <= rule.Permits));

    [Fact]
    public void Up_to_4096_permits_a_refusal_is_at_most_a_400_millionth_of_the_window_late() => Play((rule, stayed, acquisition) =>
        Assert.True(acquisition.Allowed || rule.Permits > 4096
            || Within(stayed, acquisition.At, rule.Window.Ticks + rule.Window.Ticks / 400_000_000) + acquisition.Cost > rule.Permits));

    [Fact]
    public void Above_4096_permits_a_refusal_is_at_most_one_slot_late() => Play((rule, stayed, acquisition) =>
        Assert.True(acquisition.Allowed || rule.Permits <= 4096
            || Within(stayed, acquisition.At, rule.Window.Ticks + (rule.Window.Ticks + 62) / 63) + acquisition.Cost > rule.Permits));

    [Fact]
    public void Up_to_4096_permits_in_a_window_of_400_seconds_every_decision_is_exact() => Play((rule, stayed, acquisition) =>
        Assert.True(rule.Window > TimeSpan.FromSeconds(400) || rule.Permits > 4096
            || acquisition.Allowed == (Within(stayed, acquisition.At, rule.Window.Ticks) + (acquisition.Allowed ? 0 : acquisition.Cost) <= rule.Permits)));

    private static long Within(List<(long At, int Cost)> stayed, long end, long span) =>
        stayed.Where(acquisition => acquisition.At > end - span && acquisition.At <= end).Sum(acquisition => (long)acquisition.Cost);

    private static void Play(Action<Rule, List<(long At, int Cost)>, (long At, int Cost, bool Allowed)> look) => Scripts.Check(
        Scripts.One([.. SomeRules.Rolling, .. SomeRules.Slots, new(Algorithm.RollingWindow, 50, TimeSpan.FromSeconds(1))]),
        script =>
        {
            GroupRules rules = script.Questions[0];
            var group = new BucketGroup();
            var now = new Instant(script.Seed);
            var stayed = new List<(long At, int Cost)>();
            var last = OperationId.None;
            foreach (Step step in script.Steps)
            {
                if (step is Step.Advance advance)
                {
                    now += advance.Span;
                }
                else if (step is Step.Acquire acquisition)
                {
                    last = OperationId.New();
                    bool allowed = group.Acquire(rules, acquisition.Cost, now, last).Outcome == GroupOutcome.Allowed;
                    if (allowed)
                    {
                        stayed.Add((now.Ticks, acquisition.Cost));
                    }

                    look(rules.Rules[0].Rule, stayed, (now.Ticks, acquisition.Cost, allowed));
                    last = allowed ? last : OperationId.None;
                }
                else if (step is Step.Cancel && last != OperationId.None)
                {
                    group.Cancel(last, now);
                    bool remembered = now.Ticks - stayed[^1].At < BucketGroup.IdempotencyWindow.Ticks;
                    stayed.RemoveRange(stayed.Count - (remembered ? 1 : 0), remembered ? 1 : 0);
                    last = OperationId.None;
                }
            }
        });
}
