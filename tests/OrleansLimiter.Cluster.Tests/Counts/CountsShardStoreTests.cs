using System.Text;
using Orleans.Storage;
using OrleansLimiter.Grains;
using OrleansLimiter.Testing;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>A shard of counts in a storage.</summary>
public sealed class CountsShardStoreTests
{
    private static readonly GroupRules s_rules = new(
        [new BucketRule("limit", new(Algorithm.FixedWindow, 100, TimeSpan.FromHours(1))) { Survive = Survive.Restart }], new(3, 7));

    private readonly FakeTime _time = new();
    private readonly LimiterClock _clock;
    private readonly MemoryStorage _storage = new();
    private readonly CountsShardStore _shard;

    public CountsShardStoreTests()
    {
        _clock = new(_time);
        _shard = Open();
    }

    [Fact]
    public async Task A_state_is_read_with_the_time_that_has_passed_since_it_was_written()
    {
        await StoreAsync("one", "a", used: 30);
        _time.Advance(TimeSpan.FromMinutes(20));

        Reading reading = Assert.Single(await ReadAsync()).Value;
        Assert.Equal((70, TimeSpan.FromMinutes(40)), (reading.Remaining, reading.Reset));
    }

    [Fact]
    public async Task A_clock_that_went_backwards_counts_as_no_time_and_what_has_decayed_is_not_read()
    {
        await StoreAsync("one", "a", used: 30);
        _time.AdjustTime(_time.GetUtcNow() - TimeSpan.FromDays(3));
        Assert.Equal(TimeSpan.FromHours(1), Assert.Single(await ReadAsync()).Value.Reset);

        _time.AdjustTime(_time.GetUtcNow() + TimeSpan.FromDays(3) + TimeSpan.FromHours(1));
        Assert.Empty(await ReadAsync());
    }

    [Fact]
    public async Task The_newer_state_of_a_holder_replaces_and_that_of_another_holder_is_merged()
    {
        await StoreAsync("one", "a", used: 30);
        await StoreAsync("one", "a", used: 20);
        Assert.Equal(80, (await ReadAsync())["a"].Remaining);

        await StoreAsync("other", "a", used: 10);
        Assert.Equal(80, (await ReadAsync())["a"].Remaining);

        await StoreAsync("one", "a", used: 10, ReplicaFlags.Replaces);
        Assert.Equal(90, (await ReadAsync())["a"].Remaining);

        await StoreAsync("one", "a", used: 0, ReplicaFlags.Replaces);
        Assert.Empty(await ReadAsync());
    }

    [Fact]
    public async Task A_shard_that_is_read_again_merges_with_what_was_stored()
    {
        await StoreAsync("one", "a", used: 30);
        CountsShardStore next = Open();
        await next.StoreAsync([Message("other", ("a", 20, ReplicaFlags.None), ("b", 5, ReplicaFlags.None))]);

        IReadOnlyDictionary<string, Reading> read = await ReadAsync();
        Assert.Equal((70, 95), (read["a"].Remaining, read["b"].Remaining));
    }

    [Fact]
    public async Task Of_two_writers_the_one_that_has_not_read_the_other_writes_nothing()
    {
        await StoreAsync("one", "a", used: 30);
        CountsShardStore next = Open();
        await next.StoreAsync([Message("two", ("b", 5, ReplicaFlags.None))]);

        await Assert.ThrowsAsync<InconsistentStateException>(() => StoreAsync("one", "a", used: 40));
        await StoreAsync("one", "a", used: 40);

        Assert.Equal((60, 95), ((await ReadAsync())["a"].Remaining, (await ReadAsync())["b"].Remaining));
    }

    [Fact]
    public async Task A_store_that_is_away_loses_nothing_that_was_stored()
    {
        await StoreAsync("one", "a", used: 30);
        _storage.Fails = true;
        await Assert.ThrowsAsync<IOException>(() => StoreAsync("one", "b", used: 10));

        _storage.Fails = false;
        await StoreAsync("one", "b", used: 10);
        Assert.Equal(["a", "b"], (await ReadAsync()).Keys.Order());
    }

    [Fact]
    public async Task Many_groups_are_stored_in_parts_and_only_a_part_that_has_changed_is_written()
    {
        (string, int, ReplicaFlags)[] groups = [.. Enumerable.Range(0, 9_000).Select(i => ($"account-{i}", 1, ReplicaFlags.None))];
        await _shard.StoreAsync([Message("one", groups)]);
        int parts = _storage.Writes;
        Assert.InRange(parts, 3, 9);
        Assert.All(_storage.Parts, part => Assert.InRange(part.Length, 1, 2 * CountsShard.MaxPart));

        await StoreAsync("one", "account-7", used: 2);

        Assert.Equal(parts + 1, _storage.Writes);
        Assert.Equal(9_000, (await ReadAsync()).Count);
        Assert.Equal(98, (await ReadAsync())["account-7"].Remaining);
    }

    [Fact]
    public async Task States_that_grow_move_to_other_parts()
    {
        var rules = new GroupRules([new("limit", new(Algorithm.RollingWindow, 4096, TimeSpan.FromHours(1)))], new(1, 0));
        for (int round = 1; round <= 3; round++)
        {
            for (int i = 0; i < 40; i++)
            {
                var group = new BucketGroup();
                for (int permit = 0; permit < round * 1_000; permit++)
                {
                    group.Acquire(rules, 1, new(permit));
                }

                await _shard.StoreAsync([Message("one", ($"a{i}", GroupSnapshot.Save(group, new(10_000)), ReplicaFlags.None))]);
            }
        }

        Assert.All(_storage.Parts, part => Assert.InRange(part.Length, 1, 2 * CountsShard.MaxPart + CountsShard.MaxState));
        Assert.Equal(40, (await ReadAsync()).Count);
    }

    [Fact]
    public async Task A_state_that_is_too_long_is_not_kept_and_is_reported()
    {
        Assert.Equal(1, await _shard.StoreAsync([Message("one", ("a", new byte[CountsShard.MaxState + 1], ReplicaFlags.None))]));
        Assert.Empty(await ReadAsync());
    }

    [Fact]
    public async Task A_damaged_part_starts_at_zero_and_a_newer_one_is_neither_used_nor_changed()
    {
        await StoreAsync("one", "a", used: 30);
        _storage.Change(content => { content[^1] ^= 1; return content; });
        await Open().StoreAsync([Message("one", ("b", 5, ReplicaFlags.None))]);
        Assert.Equal(["b"], (await ReadAsync()).Keys);

        _storage.Change(content => { content[0]++; return content; });
        byte[] before = Assert.Single(_storage.Parts);
        await Assert.ThrowsAsync<NotSupportedException>(() => Open().StoreAsync([Message("one", ("c", 5, ReplicaFlags.None))]));
        Assert.Same(before, Assert.Single(_storage.Parts));
    }

    [Fact]
    public void Every_damaged_byte_of_a_part_is_found()
    {
        byte[] content = CountsPartFormat.Write(Message("one", ("a", 30, ReplicaFlags.None)).Groups, _clock.UtcNow);
        for (int at = 0; at < content.Length; at++)
        {
            byte[] damaged = [.. content];
            damaged[at] ^= 0x10;
            Exception? error = Record.Exception(() => CountsPartFormat.Read(damaged, _clock.UtcNow, out _).Length);
            Assert.True(error is FormatException or NotSupportedException, $"byte {at}: {error}");
        }

        for (int length = 1; length < content.Length; length++)
        {
            byte[] cut = content[..length];
            Assert.Throws<FormatException>(() => CountsPartFormat.Read(cut, _clock.UtcNow, out _).Length);
        }
    }

    private CountsShardStore Open() => new(_storage, number: 5, _clock);

    private Task StoreAsync(string owner, string account, int used, ReplicaFlags flags = ReplicaFlags.None) =>
        _shard.StoreAsync([Message(owner, (account, used, flags))]);

    private CountsMessage Message(string owner, params (string Account, int Used, ReplicaFlags Flags)[] groups) =>
        Message(owner, [.. groups.Select(group => (group.Account, StateOf(group.Used), group.Flags))]);

    private static CountsMessage Message(string owner, params (string Account, byte[] State, ReplicaFlags Flags)[] groups)
    {
        var frame = new ReplicaFrameWriter();
        foreach ((string account, byte[] state, ReplicaFlags flags) in groups)
        {
            frame.Add(new(NameOf(account), state, TimeSpan.Zero, TimeSpan.FromHours(1), 0, flags));
        }

        return new(owner, isUrgent: false, frame.Take());
    }

    private byte[] StateOf(int used)
    {
        var group = new BucketGroup();
        if (used > 0)
        {
            group.Acquire(s_rules, used, _clock.Now);
        }

        return used == 0 ? [] : GroupSnapshot.Save(group, _clock.Now);
    }

    private static byte[] NameOf(string account) => [(byte)Scope.Account, .. Encoding.UTF8.GetBytes(account)];

    // By account, as another process would read the parts.
    private async Task<Dictionary<string, Reading>> ReadAsync()
    {
        var read = new Dictionary<string, Reading>();
        foreach (byte[] part in await Open().ReadAsync())
        {
            Add(read, part);
        }

        return read;
    }

    private void Add(Dictionary<string, Reading> read, byte[] part)
    {
        var reader = new ReplicaFrameReader(CountsPartFormat.Read(part, _clock.UtcNow, out TimeSpan elapsed));
        while (reader.TryRead(out ReplicaRecord record))
        {
            var group = new BucketGroup();
            GroupSnapshot.Restore(group, record.State.ToArray(), _clock.Now - record.Age - elapsed);
            if (group.Usage(_clock.Now) is [var used])
            {
                read[Encoding.UTF8.GetString(record.Group[1..])] = used.Reading;
            }
        }
    }
}
