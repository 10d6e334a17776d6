using static OrleansLimiter.Decisions.Tests.TestOverrides;

namespace OrleansLimiter.Decisions.Tests;

/// <summary>A change of one override does not cost the table.</summary>
public sealed class OverrideCostTests : IDisposable
{
    // A copy of the table would need 800 KB for the references alone.
    private const int Many = 99_000;
    private const long MaxAllocated = 64 * 1024;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Setting_replacing_and_removing_an_override_allocate_little_in_a_large_table()
    {
        var tables = new OverrideTables(Restored(until: null));
        var account = new Account(AccountKind.Id, "merchant-5");

        Assert.InRange(Allocated(() => tables.TryWith(Raise(7, account: "new"), Now, out _, out _, out _)), 1, MaxAllocated);
        Assert.InRange(Allocated(() => tables.TryWith(Raise(7, account: account.Name), Now, out _, out _, out _)), 1, MaxAllocated);
        Assert.InRange(Allocated(() => tables.Without(account, "front", "company", Now, out _)), 1, MaxAllocated);
    }

    [Fact]
    public void Overrides_that_can_lapse_later_cost_nothing_before()
    {
        var tables = new OverrideTables([Restored(until: Now.AddDays(1)), OverrideTable.Empty]);

        Assert.InRange(Allocated(() => tables.TryWith(Raise(7, account: "new"), Now, out _, out _, out _)), 1, MaxAllocated);
    }

    [Fact]
    public async Task A_change_writes_a_line_and_not_the_table()
    {
        string path = Path.Combine(_folder.FullName, "overrides");
        new OverrideFile(path).Save(Restored(until: null));
        using var store = OverrideStore.Open(path, new FakeTime());
        byte[] before = await File.ReadAllBytesAsync(path);

        for (int i = 0; i < 20; i++)
        {
            await store.SetAsync(Raise(i, account: $"new-{i}"));
        }

        byte[] after = await File.ReadAllBytesAsync(path);
        Assert.InRange(after.Length - before.Length, 1, 20 * 1024);
        Assert.True(after.AsSpan().StartsWith(before));
    }

    [Fact]
    public void All_overrides_that_lapse_at_the_same_time_are_dropped_together()
    {
        var tables = new OverrideTables(Restored(until: Now.AddDays(1)));

        Assert.True(tables.TryWith(Raise(7, account: "new"), Now.AddDays(1), out var next, out _, out _));

        Assert.Equal("new", Assert.Single(next.Shards[0].All).Account.Name);
        Assert.Null(next.Shards[0].For("front", new(AccountKind.Id, "merchant-5")));
    }

    private static OverrideTable Restored(DateTimeOffset? until) => OverrideTable.Restore(
        [.. Enumerable.Range(1, Many).Select(i => Raise(i, account: $"merchant-{i}") with { Version = (uint)i, SetAt = Now, Until = until })],
        Many,
        0);

    private static long Allocated(Action change)
    {
        change();
        long before = GC.GetAllocatedBytesForCurrentThread();
        change();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
