using static OrleansLimiter.Decisions.Tests.TestOverrides;

namespace OrleansLimiter.Decisions.Tests;

public sealed class OverrideStoreTests : IDisposable
{
    private static readonly Account Company = new(AccountKind.Id, "cmp_1");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly FakeTime _time = new();

    private string FilePath => Path.Combine(_folder.FullName, "overrides");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_override_is_in_force_and_survives_a_restart()
    {
        var store = Open();
        _time.Advance(TimeSpan.FromSeconds(5));
        var reply = await store.SetAsync(Raise(500) with { SetBy = "support", Note = "campaign" });
        Assert.Null(reply.Error);
        Assert.Equal(Raise(500) with { SetBy = "support", Note = "campaign", SetAt = Now.AddSeconds(5), Version = 1 }, reply.Kept);
        Assert.Equal(reply.Kept, Assert.Single(Table(store).For("front", Company)!.All));
        Assert.Equal(reply.Kept, Assert.Single(Table(Open()).For("front", Company)!.All));
    }

    [Fact]
    public async Task A_removed_override_stays_removed_after_a_restart()
    {
        var store = Open();
        await store.SetAsync(Raise(500));
        Assert.Equal(1, await store.RemoveAsync(Company, "front", "company"));
        Assert.Equal(0, await store.RemoveAsync(Company, "front", "company"));
        Assert.Null(Table(store).For("front", Company));
        Assert.Equal((0, Table(store).Floor), (Table(Open()).All.Length, Table(Open()).Floor));
        Assert.Equal(2u, Table(store).Floor);
    }

    [Fact]
    public async Task A_refused_override_changes_neither_the_table_nor_the_file()
    {
        var store = Open();
        await store.SetAsync(Raise(1) with { When = When("plan=prime") });
        var (table, content) = (Table(store), await File.ReadAllBytesAsync(FilePath));
        var reply = await store.SetAsync(Raise(2) with { When = When("mode=live") });
        Assert.Null(reply.Kept);
        Assert.Equal("when", reply.Error!.Field);
        Assert.Same(table, Table(store));
        Assert.Equal(content, await File.ReadAllBytesAsync(FilePath));
    }

    [Fact]
    public async Task Only_expired_overrides_are_removed_when_loading()
    {
        var store = Open();
        await store.SetAsync(Raise(1) with { Until = Now.AddHours(1) });
        await store.SetAsync(Raise(2, "apps") with { Until = Now.AddHours(2) });
        await store.SetAsync(Raise(3, account: "cmp_2"));
        _time.Advance(TimeSpan.FromHours(1));
        uint version = Table(store).VersionAt(Table(store).For("front", Company), _time.GetUtcNow());

        var table = Table(Open());
        Assert.Equal([2, 3], table.All.Select(entry => entry.Permits!.Value));
        Assert.Equal(version, table.VersionAt(table.For("front", Company), _time.GetUtcNow()));
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_an_outage_and_leaves_the_table_unchanged()
    {
        var store = Open();
        await store.SetAsync(Raise(1));
        var table = Table(store);
        Directory.CreateDirectory(DurableFile.Temporary(FilePath));

        var set = await Assert.ThrowsAsync<OverridesUnavailableException>(async () => await store.SetAsync(Raise(2)));
        Assert.StartsWith($"overrides could not be written to '{FilePath}': ", set.Message);
        await Assert.ThrowsAsync<OverridesUnavailableException>(async () => await store.RemoveAsync(Company, "front", "company"));
        Assert.Same(table, Table(store));
        Assert.Equal(1, Assert.Single(Table(Open()).All).Permits);

        Directory.Delete(DurableFile.Temporary(FilePath));
        Assert.Equal(2, (await store.SetAsync(Raise(2))).Kept!.Permits);
    }

    [Fact]
    public async Task A_full_disk_is_an_outage_and_leaves_the_file_unchanged()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        var store = Open();
        await store.SetAsync(Raise(1));
        File.CreateSymbolicLink(DurableFile.Temporary(FilePath), "/dev/full");
        await Assert.ThrowsAsync<OverridesUnavailableException>(async () => await store.SetAsync(Raise(2)));
        Assert.Equal(1, Assert.Single(Table(store).All).Permits);
        Assert.Equal(1, Assert.Single(Table(Open()).All).Permits);
    }

    [Fact]
    public async Task A_file_that_another_process_changed_is_not_replaced()
    {
        var store = Open();
        await store.SetAsync(Raise(1));
        await store.SetAsync(Raise(2));
        await File.WriteAllTextAsync(FilePath, "damaged");

        var set = await Assert.ThrowsAsync<OverridesUnavailableException>(async () => await store.SetAsync(Raise(3)));

        Assert.Contains("was changed outside this host: it is damaged, or another process writes it", set.Message);
        Assert.Equal("damaged", await File.ReadAllTextAsync(FilePath));
        Assert.Equal(2, Assert.Single(Table(store).All).Permits);

        File.Delete(FilePath);
        Assert.Equal(4, (await store.SetAsync(Raise(4))).Kept!.Permits);
        Assert.Equal(4, Assert.Single(Table(Open()).All).Permits);
    }

    [Fact]
    public async Task Two_hosts_on_one_file_do_not_undo_each_others_changes()
    {
        var (one, other) = (Open(), Open());
        await one.SetAsync(Raise(1));

        await Assert.ThrowsAsync<OverridesUnavailableException>(async () => await other.SetAsync(Raise(2, account: "cmp_2")));

        Assert.Equal(1, Assert.Single(Table(Open()).All).Permits);
    }

    [Fact]
    public async Task Concurrent_changes_are_all_stored()
    {
        var store = Open();
        var replies = await Task.WhenAll(
            Enumerable.Range(1, 50).Select(i => Task.Run(async () => await store.SetAsync(Raise(i, account: $"cmp_{i}")))));
        Assert.Equal(Enumerable.Range(1, 50), replies.Select(reply => (int)reply.Kept!.Version).Order());
        Assert.Equal(Table(store).All.ToArray(), Table(Open()).All.ToArray());
        Assert.Equal(50, Table(store).All.Length);
    }

    [Fact]
    public void A_damaged_file_cannot_be_opened()
    {
        File.WriteAllText(FilePath, "");
        Assert.Throws<OverrideFileException>(() => Open());
    }

    private static OverrideTable Table(OverrideStore store) => Assert.Single(store.Current.Shards);

    private OverrideStore Open() => OverrideStore.Open(FilePath, _time);
}
