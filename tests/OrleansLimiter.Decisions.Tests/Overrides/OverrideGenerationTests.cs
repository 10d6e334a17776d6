using FsCheck;
using FsCheck.Fluent;
using static OrleansLimiter.Decisions.Tests.TestOverrides;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>
/// Buckets rely on this: the version of an account never falls, and rises whenever the overrides in force for the
/// account change, even for front-ends whose clocks are ahead or behind.
/// </summary>
public class OverrideGenerationTests
{
    private static readonly string[] Accounts = ["cmp_1", "cmp_2", "cmp_3"];
    private static readonly string[] Limits = ["company", "apps"];
    private static readonly string[] Conditions = ["", "plan=prime", "plan=starter"];
    private static readonly TimeSpan[] Skews = [TimeSpan.Zero, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(-3)];

    private static readonly Gen<Step> Steps =
        from kind in Gen.Frequency((8, Gen.Constant(Kind.Set)), (3, Gen.Constant(Kind.Remove)), (6, Gen.Constant(Kind.Wait)),
            (1, Gen.Constant(Kind.Prune)), (1, Gen.Constant(Kind.Restart)))
        from account in Gen.Elements(Accounts)
        from limit in Gen.Elements(Limits)
        from condition in Gen.Elements(Conditions)
        from seconds in Gen.Choose(0, 8)
        select new Step(kind, account, limit, condition, seconds);

    [Fact]
    public void A_version_never_falls_and_rises_with_every_change_in_force() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll(Steps.ListOf().ToArbitrary(), steps => Run(steps)));

    [Fact]
    public void Two_overrides_that_expire_one_after_the_other_raise_the_version_twice()
    {
        var table = Table(
            Raise(1) with { Until = Now.AddSeconds(2) }, Raise(1, "apps") with { Until = Now.AddSeconds(1) });
        var own = table.For("front", new(AccountKind.Id, "cmp_1"));
        uint[] versions = [.. Enumerable.Range(0, 4).Select(second => table.VersionAt(own, Now.AddSeconds(second)))];
        Assert.Equal([versions[0], versions[0] + 1, versions[0] + 2, versions[0] + 2], versions);
        Assert.True(table.With(Raise(2), Now).Version > versions[3]);
    }

    private static void Run(IEnumerable<Step> steps)
    {
        var (table, now) = (OverrideTable.Empty, Now);
        var before = Look(table, now);
        foreach (var step in steps)
        {
            (table, now) = Apply(table, now, step);
            var after = Look(table, now);
            foreach (var (who, (version, inForce)) in after)
            {
                var (oldVersion, oldInForce) = before[who];
                Assert.True(version >= oldVersion, $"{who}: {step} took version {oldVersion} to {version}");
                Assert.True(
                    version > oldVersion || inForce == oldInForce, $"{who}: {step} changed '{oldInForce}' to '{inForce}' at version {version}");
            }

            before = after;
        }
    }

    private static (OverrideTable Table, DateTimeOffset Now) Apply(OverrideTable table, DateTimeOffset now, Step step) => step.Kind switch
    {
        Kind.Set => (table.With(
            Raise(step.Seconds, step.Limit, step.Account) with
            {
                When = When(step.Condition),
                Until = step.Seconds == 0 ? null : now.AddSeconds(step.Seconds),
            },
            now), now),
        Kind.Remove => (table.Without(new(AccountKind.Id, step.Account), "front", step.Limit, now, out _), now),
        Kind.Wait => (table, now.AddSeconds(step.Seconds)),
        Kind.Prune => (table.WithoutLapsed(now), now),
        _ => (Restart(table), now),
    };

    private static OverrideTable Restart(OverrideTable table)
    {
        Assert.True(OverrideFormat.TryRead(OverrideFormat.Write(table), out var read, out string? error, out _), error);
        return read;
    }

    private static Dictionary<string, (uint Version, string InForce)> Look(OverrideTable table, DateTimeOffset now) =>
        (from account in Accounts
         from skew in Skews
         let own = table.For("front", new(AccountKind.Id, account))
         let inForce = own?.All.Where(entry => !entry.HasLapsed(now + skew)).Select(entry => entry.Version) ?? []
         select ($"{account} {skew}", (table.VersionAt(own, now + skew), string.Join(" ", inForce)))).ToDictionary();

    private enum Kind
    {
        Set,
        Remove,
        Wait,
        Prune,
        Restart,
    }

    private sealed record Step(Kind Kind, string Account, string Limit, string Condition, int Seconds);
}
