using static OrleansLimiter.Decisions.Tests.TestOverrides;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>The file of overrides: a table, and a line for each change.</summary>
public sealed class OverrideJournalTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly FakeTime _time = new();

    private string FilePath => Path.Combine(_folder.FullName, "overrides");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Changes_are_appended_and_read_again()
    {
        using (var store = Open())
        {
            await store.SetAsync(Raise(1));
            byte[] first = await File.ReadAllBytesAsync(FilePath);
            await store.SetAsync(Raise(2) with { When = When("plan=prime"), Until = Now.AddDays(1), Note = "a\nb" });
            await store.SetAsync(Raise(3, account: "cmp_2"));
            await store.RemoveAsync(new(AccountKind.Id, "cmp_2"), "front", "company");
            await store.SetAsync(Raise(4));

            byte[] last = await File.ReadAllBytesAsync(FilePath);
            Assert.Equal(first, last[..first.Length]);
            Assert.Equal(4, last[first.Length..].Count(c => c == '\n'));
            AssertSame(store.Current.Shards[0], Stored());
        }

        using var next = Open();
        Assert.Equal(6u, next.Current.Shards[0].Version);
        Assert.Equal([2, 4], next.Current.Shards[0].All.Select(entry => entry.Permits!.Value));
    }

    [Fact]
    public async Task A_change_that_a_crash_cut_at_any_byte_is_not_part_of_the_table_and_the_next_change_removes_it()
    {
        using (var store = Open())
        {
            await store.SetAsync(Raise(1));
        }

        byte[] before = await File.ReadAllBytesAsync(FilePath);
        using (var store = Open())
        {
            await store.SetAsync(Raise(2));
        }

        byte[] after = await File.ReadAllBytesAsync(FilePath);
        for (int length = before.Length; length < after.Length; length++)
        {
            await File.WriteAllBytesAsync(FilePath, after[..length]);
            using var store = Open();
            Assert.Equal(1, Assert.Single(store.Current.Shards[0].All).Permits);
            await store.SetAsync(Raise(3));
            Assert.Equal(3, Assert.Single(Stored().All).Permits);
        }
    }

    [Fact]
    public async Task A_file_with_a_changed_or_missing_byte_before_its_last_line_is_damaged()
    {
        using (var store = Open())
        {
            await store.SetAsync(Raise(1));
            await store.SetAsync(Raise(2));
            await store.SetAsync(Raise(3));
        }

        byte[] content = await File.ReadAllBytesAsync(FilePath);
        int last = content.AsSpan()[..^1].LastIndexOf((byte)'\n') + 1;
        for (int i = 0; i < last - 1; i++)
        {
            byte[] garbled = [.. content];
            garbled[i] ^= 0x10;
            Assert.False(OverrideJournal.TryRead(garbled, out _, out _, out _), $"byte {i}");
            Assert.False(OverrideJournal.TryRead([.. content[..i], .. content[(i + 1)..]], out _, out _, out _), $"without byte {i}");
        }
    }

    [Fact]
    public async Task A_file_of_the_format_before_is_read_and_the_first_change_replaces_it()
    {
        var old = Table(Raise(1), Raise(2, account: "cmp_2"));
        await File.WriteAllBytesAsync(FilePath, OverrideFormat.Write(old));
        using var store = Open();
        AssertSame(old, store.Current.Shards[0]);

        await store.SetAsync(Raise(3));

        AssertSame(store.Current.Shards[0], Stored());
        Assert.Equal(3u, Stored().Version);
        Assert.StartsWith("OrleansLimiter overrides, format 2, sha256 ", await File.ReadAllTextAsync(FilePath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_that_are_longer_than_the_table_are_replaced_by_a_table()
    {
        using var store = Open();
        string note = new('n', Override.MaxNote);
        long longest = 0;
        for (int i = 0; i < 2 * OverrideFile.MinChanges / note.Length; i++)
        {
            await store.SetAsync(Raise(i) with { Note = note });
            longest = Math.Max(longest, new FileInfo(FilePath).Length);
        }

        Assert.InRange(longest, OverrideFile.MinChanges / 2, OverrideFile.MinChanges + 4096);
        AssertSame(store.Current.Shards[0], Stored());
    }

    [Fact]
    public async Task Overrides_that_lapsed_before_a_restart_are_dropped_with_the_next_change()
    {
        using (var store = Open())
        {
            await store.SetAsync(Raise(1) with { Until = Now.AddHours(1) });
            await store.SetAsync(Raise(2, account: "cmp_2"));
        }

        _time.Advance(TimeSpan.FromHours(2));
        using var next = Open();
        await next.SetAsync(Raise(3, account: "cmp_3"));

        AssertSame(next.Current.Shards[0], Stored());
        Assert.Equal(2, Stored().All.Length);
    }

    private OverrideStore Open() => OverrideStore.Open(FilePath, _time);

    private OverrideTable Stored() => new OverrideFile(FilePath).Load(_time.GetUtcNow());

    private static void AssertSame(OverrideTable expected, OverrideTable actual)
    {
        Assert.Equal((expected.Version, expected.Floor), (actual.Version, actual.Floor));
        Assert.Equal(OverrideFormat.Write(expected), OverrideFormat.Write(actual));
        Assert.All(actual.All, entry => Assert.Contains(entry, actual.For(entry.Policy, entry.Account)!.All));
    }
}
