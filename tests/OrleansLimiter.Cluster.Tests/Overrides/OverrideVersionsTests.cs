using FsCheck;
using FsCheck.Fluent;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>
/// Buckets rely on this with several front-ends: on each, the version of an account never falls, and
/// one version of a table has the same content everywhere, even if messages are lost.
/// </summary>
public sealed class OverrideVersionsTests(OverridesCluster cluster) : IClassFixture<OverridesCluster>
{
    private static readonly string[] s_accounts = [.. FrontEnd.Accounts(shard: 2).Take(3), .. FrontEnd.Accounts(shard: 6).Take(1)];

    private static readonly Gen<Step> s_steps =
        from kind in Gen.Frequency(
            (8, Gen.Constant(Kind.Set)), (4, Gen.Constant(Kind.Remove)), (3, Gen.Constant(Kind.Wait)), (3, Gen.Constant(Kind.Renew)),
            (2, Gen.Constant(Kind.Deafen)), (1, Gen.Constant(Kind.Deactivate)), (2, Gen.Constant(Kind.Fail)))
        from frontEnd in Gen.Choose(0, 1)
        from account in Gen.Elements(s_accounts)
        from number in Gen.Choose(0, 6)
        select new Step(kind, frontEnd, account, number);

    [Fact]
    public void A_version_never_falls_and_is_the_same_on_every_front_end() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(60),
        Prop.ForAll(s_steps.ListOf().ToArbitrary(), steps => RunAsync(steps).GetAwaiter().GetResult()));

    private async Task RunAsync(IEnumerable<Step> steps)
    {
        FrontEnd[] frontEnds = [await cluster.LoadedAsync(), await cluster.LoadedAsync()];
        Dictionary<(string, uint, uint), string> known = [];
        var before = Look(frontEnds, known);
        foreach (Step step in steps)
        {
            await ApplyAsync(frontEnds[step.FrontEnd], step);
            var after = Look(frontEnds, known);
            Assert.All(before.Zip(after), pair => Assert.True(pair.Second >= pair.First, $"{step} took version {pair.First} to {pair.Second}"));
            before = after;
        }

        (cluster.LosesPushes, cluster.Store.FailsWrites, cluster.Store.FailsReads, cluster.Store.LosesAnswers) = (false, false, false, false);
        await Task.WhenAll(frontEnds.Select(each => each.RenewAsync()));
        await Task.WhenAll(frontEnds.Select(each => each.RenewAsync()));
        Look(frontEnds, known);
        FrontEnd fresh = await cluster.LoadedAsync();
        Assert.All(frontEnds, each => Assert.Equal(
            fresh.Overrides.Current.Shards.Select(table => Convert.ToHexString(table.ToBytes())),
            each.Overrides.Current.Shards.Select(table => Convert.ToHexString(table.ToBytes()))));
    }

    private async Task ApplyAsync(FrontEnd frontEnd, Step step)
    {
        switch (step.Kind)
        {
            case Kind.Set or Kind.Remove:
                try
                {
                    await (step.Kind == Kind.Remove ? (Task)frontEnd.RemoveAsync(step.Account).AsTask()
                        : frontEnd.SetAsync(step.Account, step.Number, step.Number < 2 ? null : cluster.Time.GetUtcNow().AddSeconds(step.Number)));
                }
                catch (OverridesUnavailableException)
                {
                    Assert.True(cluster.Store.FailsWrites || cluster.Store.FailsReads);
                }

                break;
            case Kind.Wait:
                cluster.Time.Advance(TimeSpan.FromSeconds(step.Number));
                break;
            case Kind.Renew:
                await frontEnd.RenewAsync();
                break;
            case Kind.Deafen:
                cluster.LosesPushes = !cluster.LosesPushes;
                break;
            case Kind.Deactivate:
                await cluster.DeactivateAsync(FrontEnd.ShardOf(step.Account));
                break;
            case Kind.Fail:
                (cluster.Store.FailsWrites, cluster.Store.FailsReads, cluster.Store.LosesAnswers) =
                    (step.Number == 1, step.Number is 1 or 2, step.Number is 2 or 3);
                break;
        }
    }

    // The version of every account on every front-end. The overrides in force follow from the version of the table. (A front-end
    // that has missed a removal in the table can reach, when an override expires, the number that others gave to the removal.
    // Until its next renewal, buckets see a rule conflict and use the stricter rule.)
    private uint[] Look(FrontEnd[] frontEnds, Dictionary<(string, uint, uint), string> known)
    {
        List<uint> versions = [];
        DateTimeOffset now = cluster.Time.GetUtcNow();
        foreach (FrontEnd frontEnd in frontEnds)
        {
            OverrideTables tables = frontEnd.Overrides.Current;
            foreach (string name in s_accounts)
            {
                Account account = new(AccountKind.Id, name);
                OverrideTable table = tables.For(account);
                AccountOverrides? own = table.For("p", account);
                uint version = table.VersionAt(own, now);
                string content = string.Join(' ', own?.All.Where(entry => !entry.HasLapsed(now)).Select(entry => $"{entry.Permits}@{entry.Version}") ?? []);
                versions.Add(version);
                Assert.True(
                    known.TryAdd((name, table.Version, version), content) || known[(name, table.Version, version)] == content,
                    $"{name} at version {version} has '{content}' in force, and '{known[(name, table.Version, version)]}'");
            }
        }

        return [.. versions];
    }

    private enum Kind
    {
        Set,
        Remove,
        Wait,
        Renew,
        Deafen,
        Deactivate,
        Fail,
    }

    private sealed record Step(Kind Kind, int FrontEnd, string Account, int Number);
}
