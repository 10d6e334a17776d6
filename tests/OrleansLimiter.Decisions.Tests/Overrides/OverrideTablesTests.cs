using static OrleansLimiter.Decisions.Tests.TestOverrides;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>Overrides that are divided into several tables.</summary>
public class OverrideTablesTests
{
    [Theory]
    [InlineData(AccountKind.Id, "", 0)]
    [InlineData(AccountKind.Id, "a", 15)]
    [InlineData(AccountKind.Id, "m_42", 13)]
    [InlineData(AccountKind.Id, "cmp_1", 3)]
    [InlineData(AccountKind.Id, "203.0.113.7", 13)]
    [InlineData(AccountKind.Ip, "203.0.113.7", 6)]
    [InlineData(AccountKind.Ip, "2001:db8::/64", 5)]
    [InlineData(AccountKind.Id, "\u00C4\u4E2D\uD83D\uDE00", 6)]
    public void An_account_always_belongs_to_the_same_table(AccountKind kind, string name, int shard) =>
        Assert.Equal(shard, OverrideTables.ShardOf(new(kind, name), 16));

    [Theory]
    [InlineData("cmp_{0}")]
    [InlineData("{0:x8}-0000-4000-8000-000000000000")]
    [InlineData("{0}000")]
    public void Accounts_are_distributed_over_all_tables(string names)
    {
        int[] counts = new int[16];
        for (int i = 0; i < 16_000; i++)
        {
            counts[OverrideTables.ShardOf(new(AccountKind.Id, string.Format(null, names, i)), 16)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 800, 1200));
    }

    [Fact]
    public void With_one_table_or_only_empty_tables_the_account_name_is_not_read()
    {
        Account nameless = default;
        var one = Table(Raise(1));
        Assert.Same(one, new OverrideTables(one).For(nameless));
        Assert.Same(OverrideTable.Empty, Many().For(nameless));
        Assert.ThrowsAny<Exception>(() => With(Many(), Raise(1)).For(nameless));
    }

    [Fact]
    public void A_change_affects_only_the_table_of_the_account()
    {
        var tables = Many();
        for (int i = 1; i <= 100; i++)
        {
            Account account = new(AccountKind.Id, $"cmp_{i}");
            int shard = OverrideTables.ShardOf(account, 16);
            var next = With(tables, Raise(i, account: account.Name));
            Assert.Equal(i, Assert.Single(next.ForAccount(account, Now)).Permits);
            Assert.Same(next.Shards[shard], next.For(account));
            Assert.Equal(tables.Shards.RemoveAt(shard).ToArray(), next.Shards.RemoveAt(shard).ToArray());
            Assert.Equal(tables.Shards[shard].Version + 1, next.Shards[shard].Version);
            Assert.Equal(i, next.CountAt(Now));
            tables = next;
        }

        Account gone = new(AccountKind.Id, "cmp_7");
        var without = tables.Without(gone, "front", "company", Now, out int removed);
        Assert.Equal((1, 99), (removed, without.CountAt(Now)));
        Assert.Empty(without.ForAccount(gone, Now));
        Assert.Equal(without.For(gone).Version, without.For(gone).Floor);
        Assert.Same(without, without.Without(gone, "front", "company", Now, out removed));
        Assert.Equal(0, removed);
    }

    [Fact]
    public void Pages_of_any_size_cover_all_tables()
    {
        var tables = Many();
        for (int i = 1; i <= 50; i++)
        {
            tables = With(tables, Raise(i, account: $"cmp_{i}"));
        }

        int[] expected = [.. tables.Shards.SelectMany(table => table.All).Select(entry => entry.Permits!.Value)];
        Assert.Equal(Enumerable.Range(1, 50), expected.Order());
        foreach (int size in new[] { 1, 3, 7, 49, 50, 1000 })
        {
            List<int> found = [];
            long? after = 0;
            while (after is { } cursor)
            {
                var page = tables.Page(cursor, size, Now);
                Assert.InRange(page.Items.Length, 1, size);
                found.AddRange(page.Items.Select(entry => entry.Permits!.Value));
                after = page.Next;
            }

            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public void The_bound_applies_to_all_tables_together_and_expired_overrides_do_not_count()
    {
        var full = OverrideTable.Restore(
            [.. Enumerable.Range(1, OverrideTable.MaxCount).Select(i => Raise(i, account: $"other_{i}") with
            {
                Version = (uint)i,
                Until = i == 1 ? Now.AddHours(1) : null,
            })],
            OverrideTable.MaxCount,
            0);
        int mine = OverrideTables.ShardOf(Change().Account, 16);
        var tables = Many().With((mine + 1) % 16, full);
        Assert.False(tables.TryWith(Raise(1), Now, out var next, out var kept, out var error));
        Assert.Null(next);
        Assert.Null(kept);
        Assert.Equal("there are 100000 overrides, the maximum; remove some, or raise the limit in the policy", error.Message);
        Assert.True(tables.TryWith(Raise(1), Now.AddHours(1), out _, out _, out _));
    }

    [Fact]
    public void A_table_is_read_from_its_bytes_and_other_bytes_are_an_error()
    {
        var table = Table(Raise(1), Raise(2, account: "cmp_2")).Without(Change().Account, "front", "company", Now, out _);
        byte[] content = table.ToBytes();
        Assert.True(OverrideTable.TryParse(content, out var read, out _, out _));
        Assert.Equal((table.Version, table.Floor, table.All.Length), (read.Version, read.Floor, read.All.Length));
        content[^1] ^= 1;
        Assert.False(OverrideTable.TryParse(content, out _, out string? error, out bool damaged));
        Assert.Equal(("its content does not have the SHA-256 of its first line", true), (error, damaged));
        Assert.False(OverrideTable.TryParse("OrleansLimiter overrides, format 2, sha256 0\n"u8.ToArray(), out _, out error, out damaged));
        Assert.Equal(("it has format 2, which this version does not read. Start the version that wrote it", false), (error, damaged));
    }

    [Fact]
    public void Zero_tables_and_more_than_16_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new OverrideTables());
        Assert.Throws<ArgumentOutOfRangeException>(() => new OverrideTables([.. Enumerable.Repeat(OverrideTable.Empty, 17)]));
    }

    [Fact]
    public void Pages_cover_all_overrides_in_the_order_of_their_change()
    {
        var table = new OverrideTables(Table([.. Enumerable.Range(1, 10).Select(i => Raise(i, account: $"cmp_{i}"))]));
        var first = table.Page(0, 4, Now);
        var second = table.Page(first.Next!.Value, 4, Now);
        var third = table.Page(second.Next!.Value, 4, Now);
        Assert.Equal([1, 2, 3, 4], first.Items.Select(entry => entry.Permits!.Value));
        Assert.Equal([5, 6, 7, 8], second.Items.Select(entry => entry.Permits!.Value));
        Assert.Equal([9, 10], third.Items.Select(entry => entry.Permits!.Value));
        Assert.Null(third.Next);
        Assert.Null(table.Page(second.Next.Value, 2, Now).Next);
        Assert.Equal((4, 8), (first.Next, second.Next));
        Assert.Empty(table.Page(10, 1, Now).Items);
        Assert.Empty(table.Page(1L << 32, 1, Now).Items);
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Page(0, 0, Now));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Page(-1, 1, Now));
    }

    [Fact]
    public void An_override_removed_or_replaced_between_two_pages_hides_no_other()
    {
        var table = Table([.. Enumerable.Range(1, 6).Select(i => Raise(i, account: $"cmp_{i}"))]);
        var first = new OverrideTables(table).Page(0, 2, Now);
        table = table.Without(new(AccountKind.Id, "cmp_2"), "front", "company", Now, out _)
            .With(Raise(30, account: "cmp_3"), Now);
        Assert.Equal([4, 5, 6, 30], new OverrideTables(table).Page(first.Next!.Value, 10, Now).Items.Select(entry => entry.Permits!.Value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public void Expired_overrides_are_neither_listed_nor_counted(int shards)
    {
        var tables = new OverrideTables([.. Enumerable.Repeat(OverrideTable.Empty, shards)]);
        for (int i = 1; i <= 9; i++)
        {
            tables = With(tables, Raise(i, account: $"cmp_{i}") with { Until = i < 3 ? null : Now.AddHours(i) });
        }

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], Shown(Now.AddHours(3).AddTicks(-1)));
        Assert.Equal([1, 2, 4, 5, 6, 7, 8, 9], Shown(Now.AddHours(3)));
        Assert.Equal([1, 2, 9], Shown(Now.AddHours(8)));
        Assert.Equal([1, 2], Shown(Now.AddHours(9)));

        int[] Shown(DateTimeOffset utcNow)
        {
            int[] listed = [.. tables.Page(0, 9, utcNow).Items.Select(entry => entry.Permits!.Value).Order()];
            Assert.Equal(listed.Length, tables.CountAt(utcNow));
            Assert.Equal(
                listed,
                Enumerable.Range(1, 9).SelectMany(i => tables.ForAccount(new(AccountKind.Id, $"cmp_{i}"), utcNow)).Select(entry => entry.Permits!.Value));
            return listed;
        }
    }

    [Fact]
    public void Filtered_pages_cover_all_tables_and_the_last_page_is_marked()
    {
        var tables = Many();
        for (int i = 1; i <= 50; i++)
        {
            tables = With(tables, Raise(i, account: $"cmp_{i}"));
        }

        int[] expected = [.. tables.Shards.SelectMany(table => table.All).Select(entry => entry.Permits!.Value).Where(permits => permits % 5 == 0)];
        List<int[]> pages = [];
        for (long? after = 0; after is { } cursor;)
        {
            var page = tables.Page(cursor, 4, Now, entry => entry.Permits % 5 == 0);
            pages.Add([.. page.Items.Select(entry => entry.Permits!.Value)]);
            after = page.Next;
        }

        Assert.Equal(expected.Chunk(4), pages);
    }

    private static OverrideTables Many() => new([.. Enumerable.Repeat(OverrideTable.Empty, 16)]);

    private static OverrideTables With(OverrideTables tables, Override change)
    {
        Assert.True(tables.TryWith(change, Now, out var next, out var kept, out var error), error?.Message);
        Assert.Equal(change with { Version = kept.Version }, kept);
        return next;
    }
}
