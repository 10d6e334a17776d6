using System.Net;
using Orleans.Runtime;

namespace OrleansLimiter.Cluster.Tests;

public class RendezvousHashTests
{
    private const int AccountCount = 100_000;

    private static readonly Account[] s_accounts =
        [.. Enumerable.Range(0, AccountCount).Select(i => new Account(AccountKind.Id, $"acct_{i}"))];

    /// <summary>A contract between versions, as in <see cref="AccountHashTests"/>: do not change an expected value.</summary>
    [Theory]
    [InlineData("m_42", 0, 2)]
    [InlineData("acme", 5, 8)]
    [InlineData("acct_1", 1, 2)]
    [InlineData("acct_2", 7, 0)]
    [InlineData("acct_3", 9, 7)]
    public void The_silos_of_an_account_are_the_same_in_every_version(string name, int first, int second)
    {
        SiloAddress[] silos = Silos(10);

        var account = new Account(AccountKind.Id, name);

        Assert.Equal((silos[first], silos[second]), new RendezvousHash(silos).RankOf(AccountHash.Of(account)));
        Assert.Equal(silos[first], new RendezvousHash(silos).SiloOf(account));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    public void The_fullest_silo_has_at_most_1_1_times_the_mean(int count)
    {
        IEnumerable<int> accounts = Places(Silos(count)).CountBy(silo => silo).Select(pair => pair.Value);

        Assert.InRange(accounts.Max(), AccountCount / count, AccountCount * 11 / 10 / count);
    }

    [Fact]
    public void A_silo_that_leaves_gives_up_its_accounts_to_the_second_and_no_others_move()
    {
        SiloAddress[] all = Silos(10);
        var before = new RendezvousHash(all);
        var after = new RendezvousHash(all[..^1]);

        foreach (Account account in s_accounts)
        {
            (SiloAddress? first, SiloAddress? second) = before.RankOf(AccountHash.Of(account));
            Assert.Equal(first == all[^1] ? second : first, after.SiloOf(account));
        }
    }

    [Fact]
    public void A_silo_that_joins_takes_its_share_and_no_account_moves_between_the_others()
    {
        SiloAddress[] all = Silos(10);

        (SiloAddress Before, SiloAddress After)[] moved =
            [.. Places(all[..^1]).Zip(Places(all)).Where(place => place.First != place.Second)];

        Assert.All(moved, place => Assert.Equal(all[^1], place.After));
        Assert.InRange(moved.Length, AccountCount / 10 * 9 / 10, AccountCount / 10 * 11 / 10);
        Assert.All(
            moved.CountBy(place => place.Before),
            share => Assert.InRange(share.Value, AccountCount / 90 * 8 / 10, AccountCount / 90 * 12 / 10));
    }

    [Fact]
    public void The_order_of_the_silos_does_not_matter()
    {
        SiloAddress[] silos = Silos(10);
        SiloAddress[] shuffled = [.. silos];
        new Random(1).Shuffle(shuffled);

        Assert.Equal(Places(silos), Places(shuffled));
        Assert.Equal(new RendezvousHash(silos).Silos, new RendezvousHash(shuffled).Silos);
    }

    [Fact]
    public void A_silo_that_restarts_at_the_same_address_has_the_same_accounts()
    {
        SiloAddress[] silos = Silos(3);
        SiloAddress again = SiloAddress.New(silos[1].Endpoint, silos[1].Generation + 1);

        IEnumerable<SiloAddress> after = Places([silos[0], again, silos[2]]);

        Assert.Equal(Places(silos).Select(silo => silo == silos[1] ? again : silo), after);
        Assert.Equal(after, Places([.. silos, again])); // the cluster has not yet noticed that the earlier one is gone
    }

    [Fact]
    public void One_silo_has_no_second_and_no_silo_has_no_first()
    {
        SiloAddress[] one = Silos(1);

        Assert.Equal((one[0], null), new RendezvousHash(one).RankOf(42));
        Assert.Equal((null, null), new RendezvousHash([]).RankOf(42));
        Assert.Null(new RendezvousHash([]).SiloOf(s_accounts[0]));
    }

    [Fact]
    public void Choosing_allocates_nothing_once_it_is_compiled()
    {
        var hash = new RendezvousHash(Silos(10));

        Assert.True(SpinWait.SpinUntil(() => AllocatedBy(hash) == 0, TimeSpan.FromSeconds(60)), "it still allocates");
    }

    private static long AllocatedBy(RendezvousHash hash)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            hash.SiloOf(s_accounts[i]);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static IEnumerable<SiloAddress> Places(SiloAddress[] silos)
    {
        var hash = new RendezvousHash(silos);
        return [.. s_accounts.Select(account => hash.SiloOf(account)!)];
    }

    private static SiloAddress[] Silos(int count) =>
        [.. Enumerable.Range(1, count).Select(i => SiloAddress.New(IPAddress.Parse($"10.0.0.{i}"), 11111, 1))];
}
