using FsCheck;
using FsCheck.Fluent;
using static OrleansLimiter.Decisions.Tests.Counts.CountsProcess;

namespace OrleansLimiter.Decisions.Tests.Counts;

/// <summary>A process acquires and writes at random, and is killed while the file has any length that it ever had.</summary>
public sealed class CountsPropertyTests
{
    private const int Accounts = 3;

    [Fact]
    public void A_process_that_is_killed_at_any_byte_admits_at_most_what_the_last_interval_admitted_in_addition() => Prop.ForAll(
        (from algorithm in Gen.Elements(Algorithm.FixedWindow, Algorithm.RollingWindow, Algorithm.LeakyBucket, Algorithm.TokenBucket)
         from steps in Gen.ListOf(
            from account in Gen.Choose(0, Accounts - 1)
            from cost in Gen.Choose(1, 4)
            from kind in Gen.Frequency((6, Gen.Constant(Step.Acquire)), (2, Gen.Constant(Step.Write)), (1, Gen.Constant(Step.Wait)))
            select (kind, account, cost))
         from cut in Gen.Choose(0, 1_000)
         select (algorithm, steps, cut)).ToArbitrary(),
        drawn =>
        {
            using var files = new CountsFixture();
            GroupRules rules = Rules(algorithm: drawn.algorithm);
            CountsProcess first = files.Start();
            int[] sinceBefore = new int[Accounts];
            int[] since = new int[Accounts];
            byte[] before = files.Content;
            foreach ((Step kind, int account, int cost) in drawn.steps)
            {
                switch (kind)
                {
                    case Step.Acquire when first.Acquire($"{account}", cost, rules):
                        (since[account], sinceBefore[account]) = (since[account] + cost, sinceBefore[account] + cost);
                        break;
                    case Step.Write:
                        before = files.Content;
                        first.Keeper.Write();
                        (sinceBefore, since) = (since, new int[Accounts]);
                        break;
                    case Step.Wait:
                        files.Time.Advance(TimeSpan.FromSeconds(cost * 7));
                        break;
                }
            }

            // The last write ends at any byte, so the permits since the write before it can be lost.
            int[] remaining = [.. Enumerable.Range(0, Accounts).Select(account => first.Remaining($"{account}", rules))];
            first.Dispose();
            byte[] after = files.Content;
            int length = before.Length + ((after.Length - before.Length) * drawn.cut / 1_000);
            files.Content = after[..length];
            int[] lost = length == after.Length ? since : sinceBefore;

            CountsProcess second = files.Start();
            return !second.Restored.IsDamaged && second.Restored.Error is null && Enumerable.Range(0, Accounts).All(
                account => second.Remaining($"{account}", rules) is var left
                    && left >= remaining[account] && left <= Math.Min(10, remaining[account] + lost[account]));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private enum Step
    {
        Acquire,
        Write,
        Wait,
    }
}
