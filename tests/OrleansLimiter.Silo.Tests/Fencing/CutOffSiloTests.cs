using System.Diagnostics;
using System.Globalization;

namespace OrleansLimiter.Silo.Tests;

/// <summary>
/// A silo with its own front-end is cut off from the other silos and from the database for 30 s. Its front-end, and front-ends that reach
/// both sides, are asked all the time.
/// </summary>
[Collection(TimedTests.Name)]
public sealed class CutOffSiloTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_silo_that_is_cut_off_decides_nothing_any_more_when_another_one_decides_on_its_accounts()
    {
        await using SplitNetwork network = await SplitNetwork.StartAsync();
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(
            new PostgresServer { Address = network.Store }, silos: 0, frontEnds: 0, TimeSpan.FromMilliseconds(200));
        HostProcess single = await StartAsync(cluster.Silos, cluster.StartSilo(network.Single, ("Limiter:FrontEnd", "true"), FencedAccounts.NoReplicas));
        await StartAsync(cluster.Silos, cluster.StartSilo(network.Together, FencedAccounts.NoReplicas));
        await StartAsync(cluster.Silos, cluster.StartSilo(network.Together, FencedAccounts.NoReplicas));
        await StartAsync(cluster.FrontEnds, cluster.StartFrontEnd());
        var accounts = new FencedAccounts();
        await accounts.UseAsync(single);
        await using var inside = new FencedCallers(single, accounts.All);
        await using var outside = new FencedCallers(cluster.FrontEnds[0], accounts.All);

        long cut = Stopwatch.GetTimestamp();
        await network.CutAsync();
        await Task.Delay(Cut / 2);
        string[] lost = await accounts.LostAsync(cluster.FrontEnds[0]);
        TimeSpan left = Cut - Stopwatch.GetElapsedTime(cut);
        await Task.Delay(left < TimeSpan.Zero ? TimeSpan.Zero : left);
        await network.HealAsync();
        await single.EndAsync();
        await Task.WhenAll(inside.StopAsync(), outside.StopAsync());

        FencedAnswer[] answers = [.. inside.Since(cut).Concat(outside.Since(cut)).Where(each => lost.Contains(each.Account))];
        output.WriteLine(string.Join('\n', single.Log.Split('\n').Where(line => line.Contains("decides", StringComparison.Ordinal))));
        Assert.NotEmpty(lost);
        foreach (IGrouping<string, FencedAnswer> account in answers.GroupBy(each => each.Account))
        {
            AssertOneDecides(accounts, cut, [.. account]);
        }
    }

    private static Task<HostProcess> StartAsync(List<HostProcess> hosts, HostProcess host)
    {
        hosts.Add(host);
        return host.ReadyAsync();
    }

    private void AssertOneDecides(FencedAccounts accounts, long cut, FencedAnswer[] answers)
    {
        ILookup<bool, FencedAnswer> decided = answers.Where(each => each.Answer.Failure is null)
            .ToLookup(each => accounts.IsByOldCounts(each.Account, each.Answer, each.Received));
        long firstNew = decided[false].Min(each => each.Received);
        long lastOld = decided[true].Select(each => each.Sent).Append(cut).Max();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{answers.Length} answers, {decided[true].Count()} by the counts of before, the last was asked for "
            + $"{Stopwatch.GetElapsedTime(cut, lastOld).TotalSeconds:f2} s after the cut; others decide since "
            + $"{Stopwatch.GetElapsedTime(cut, firstNew).TotalSeconds:f2} s"));
        Assert.True(lastOld <= firstNew, "two silos decide on one account");
    }
}
