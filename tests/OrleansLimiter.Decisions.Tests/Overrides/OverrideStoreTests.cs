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
        store.Dispose();
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
        store.Dispose();
        var restarted = Table(Open());
        Assert.Equal((0, Table(store).Floor), (restarted.All.Length, restarted.Floor));
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

        store.Dispose();
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
        using (new FileStream(FilePath, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            var set = await Assert.ThrowsAsync<OverridesUnavailableException>(async () => await store.SetAsync(Raise(2)));
            Assert.StartsWith($"overrides could not be written to '{FilePath}': ", set.Message);
            await Assert.ThrowsAsync<OverridesUnavailableException>(async () => await store.RemoveAsync(Company, "front", "company"));
        }

        Assert.Same(table, Table(store));
        Assert.Equal(1, Assert.Single(Stored().All).Permits);
        Assert.Equal(2, (await store.SetAsync(Raise(2))).Kept!.Permits);
        Assert.Equal(2, Assert.Single(Stored().All).Permits);
    }

    [Fact]
    public async Task A_full_disk_is_an_outage_and_leaves_no_file()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        var store = Open();
        File.CreateSymbolicLink(DurableFile.Temporary(FilePath), "/dev/full");
        await Assert.ThrowsAsync<OverridesUnavailableException>(async () => await store.SetAsync(Raise(2)));
        Assert.Empty(Table(store).All);
        Assert.Empty(Stored().All);
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
        Assert.Equal(4, Assert.Single(Stored().All).Permits);
    }

    [Fact]
    public async Task Only_one_host_can_use_a_file_and_the_second_learns_who_uses_it()
    {
        var one = Open();
        await one.SetAsync(Raise(1));

        string message = Assert.Throws<OverrideFileException>(() => Open()).Message;

        Assert.Equal(
            $"the file of overrides '{FilePath}' is in use by process {Environment.ProcessId}, which has the lock '{FilePath}.lock'. "
            + "Stop that process, or use another file",
            message);
        await one.SetAsync(Raise(2));
        one.Dispose();
        using var next = Open();
        Assert.Equal(2, Assert.Single(Table(next).All).Permits);
    }

    [Fact]
    public void A_lock_file_that_a_dead_process_left_is_taken_over()
    {
        File.WriteAllText(FileLock.PathOf(FilePath), "123456789\n");
        using var store = Open();
        using var content = DurableFile.OpenUnlocked(FileLock.PathOf(FilePath));
        byte[] read = new byte[32];
        Assert.Equal($"{Environment.ProcessId}\n", System.Text.Encoding.ASCII.GetString(read, 0, RandomAccess.Read(content, read, 0)));
    }

    [Fact]
    public void A_link_and_its_target_have_one_lock()
    {
        using var store = Open();
        string link = Path.Combine(_folder.FullName, "link");
        File.CreateSymbolicLink(link, FilePath);
        Assert.Throws<OverrideFileException>(() => OverrideStore.Open(link, _time));
    }

    [Fact]
    public async Task A_host_that_cannot_create_the_lock_starts_and_takes_it_with_its_first_change()
    {
        Directory.CreateDirectory(FileLock.PathOf(FilePath));
        using var store = Open();
        await Assert.ThrowsAsync<OverridesUnavailableException>(async () => await store.SetAsync(Raise(1)));
        Directory.Delete(FileLock.PathOf(FilePath));
        Assert.NotNull((await store.SetAsync(Raise(1))).Kept);
        Assert.Throws<OverrideFileException>(() => Open());
    }

    [Fact]
    public void A_file_that_cannot_be_used_is_not_locked()
    {
        File.WriteAllText(FilePath, "");
        Assert.Throws<OverrideFileException>(() => Open());
        File.Delete(FilePath);
        Open().Dispose();
    }

    [Fact]
    public async Task Concurrent_changes_are_all_stored()
    {
        var store = Open();
        var replies = await Task.WhenAll(
            Enumerable.Range(1, 50).Select(i => Task.Run(async () => await store.SetAsync(Raise(i, account: $"cmp_{i}")))));
        Assert.Equal(Enumerable.Range(1, 50), replies.Select(reply => (int)reply.Kept!.Version).Order());
        Assert.Equal(Table(store).All.ToArray(), Stored().All.ToArray());
        Assert.Equal(50, Table(store).All.Length);
    }

    [Fact]
    public void A_damaged_file_cannot_be_opened()
    {
        File.WriteAllText(FilePath, "");
        Assert.Throws<OverrideFileException>(() => Open());
    }

    private static OverrideTable Table(OverrideStore store) => Assert.Single(store.Current.Shards);

    private OverrideTable Stored() => new OverrideFile(FilePath).Load(_time.GetUtcNow());

    private OverrideStore Open() => OverrideStore.Open(FilePath, _time);
}
