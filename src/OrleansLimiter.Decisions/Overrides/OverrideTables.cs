using System.Diagnostics.CodeAnalysis;

namespace OrleansLimiter.Decisions;

/// <summary>
/// All overrides at one moment, in one or more tables. An account always belongs to the same table. Immutable: a change creates a new
/// object, which replaces the old one atomically.
/// </summary>
/// <remarks>Each table has its own version and floor, because a version is only compared with other versions of the same account.</remarks>
public sealed class OverrideTables
{
    /// <summary>The maximum number of tables: 16. A policy has plans for each floor that is in use.</summary>
    public const int MaxShards = 16;

    // The table of every account if there is only one, or if no table has overrides. Then no name is hashed.
    private readonly OverrideTable? _common;

    /// <summary>Creates an object of 1 to <see cref="MaxShards"/> tables, in the order of their numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no table, or there are too many.</exception>
    public OverrideTables(params ImmutableArray<OverrideTable> shards)
    {
        ArgumentOutOfRangeException.ThrowIfZero(shards.Length, nameof(shards));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shards.Length, MaxShards, nameof(shards));
        Shards = shards;
        _common = shards.Length == 1 || shards.All(table => table.IsEmpty) ? shards[0] : null;
    }

    /// <summary>One empty table.</summary>
    public static OverrideTables Empty { get; } = new(OverrideTable.Empty);

    /// <summary>The tables, by number.</summary>
    public ImmutableArray<OverrideTable> Shards { get; }

    /// <summary>The number of overrides that have not lapsed. Reads every entry: for administration and metrics.</summary>
    public int CountAt(DateTimeOffset utcNow) => Shards.Sum(table => table.CountAt(utcNow));

    /// <summary>The table of an account. Does not allocate.</summary>
    public OverrideTable For(Account account) => _common ?? Shards[ShardOf(account, Shards.Length)];

    /// <summary>
    /// The overrides of an account under all policies that have not lapsed, the oldest change first.
    /// </summary>
    public ImmutableArray<Override> ForAccount(Account account, DateTimeOffset utcNow) => For(account).ForAccount(account, utcNow);

    /// <summary>
    /// One page of the overrides that have not lapsed, ordered by table, then the oldest change first. An override that is replaced
    /// between two pages moves to the end of its table; no override is skipped.
    /// </summary>
    /// <param name="after"><see cref="OverridePage.Next"/> of the previous page; 0 for the first page.</param>
    /// <param name="size">The maximum number of overrides, 1 or more.</param>
    /// <param name="utcNow">Now.</param>
    /// <param name="isWanted">A filter; null for all overrides.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is below 1, or <paramref name="after"/> below 0.</exception>
    public OverridePage Page(long after, int size, DateTimeOffset utcNow, Func<Override, bool>? isWanted = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        var (first, version) = (after >> 32, (uint)after);
        var found = Shards
            .SelectMany((table, shard) => shard < first ? [] : table.After(shard == first ? version : 0)
                .Where(entry => !entry.HasLapsed(utcNow) && isWanted?.Invoke(entry) != false)
                .Select(entry => (Cursor: (long)shard << 32 | entry.Version, Entry: entry)))
            .Take(size + 1)
            .ToArray();
        return new([.. found.Take(size).Select(each => each.Entry)], found.Length > size ? found[size - 1].Cursor : null);
    }

    /// <summary>
    /// Adds a valid override (see <see cref="Override.Validate"/>), or replaces the one for the same requests; fails with an error.
    /// <paramref name="kept"/> is the override with its version. Lapsed overrides are dropped from the table of the account.
    /// </summary>
    public bool TryWith(
        Override change, DateTimeOffset utcNow, [NotNullWhen(true)] out OverrideTables? tables,
        [NotNullWhen(true)] out Override? kept, [NotNullWhen(false)] out OverrideError? error)
    {
        int shard = ShardOf(change.Account, Shards.Length);
        int elsewhere = CountElsewhere(shard, utcNow);
        (tables, kept) = Shards[shard].TryWith(change, utcNow, out var table, out error, elsewhere)
            ? (With(shard, table), table.All.Last)
            : (null, null);
        return tables is not null;
    }

    /// <summary>
    /// Removes all overrides of a limit for an account. Returns this object if none are in force. Lapsed overrides are not included in
    /// <paramref name="removed"/>.
    /// </summary>
    public OverrideTables Without(Account account, string policy, string limit, DateTimeOffset utcNow, out int removed)
    {
        int shard = ShardOf(account, Shards.Length);
        var table = Shards[shard].Without(account, policy, limit, utcNow, out removed);
        return removed == 0 ? this : With(shard, table);
    }

    /// <summary>Replaces the table with a number, from 0.</summary>
    public OverrideTables With(int shard, OverrideTable table) => new(Shards.SetItem(shard, table));

    /// <summary>The number of the table of an account, from 0, if there are <paramref name="shards"/> tables.</summary>
    /// <remarks>
    /// Never change it, because it determines where overrides are stored: 32-bit FNV-1a of the kind of the account (one byte) and the
    /// UTF-16 code units of its name, low byte first; the upper half of the hash xor the lower half, because the lowest bits of FNV-1a
    /// depend only on the lowest bits of the input; then the remainder by the number of tables.
    /// </remarks>
    public static int ShardOf(Account account, int shards)
    {
        uint hash = Fnv(2_166_136_261, (byte)account.Kind);
        foreach (char unit in account.Name)
        {
            hash = Fnv(Fnv(hash, (byte)unit), (byte)(unit >> 8));
        }

        return (int)((hash ^ hash >> 16) % (uint)shards);
    }

    // Overrides that have lapsed are left out only if it matters, because this reads every entry.
    private int CountElsewhere(int shard, DateTimeOffset utcNow)
    {
        int all = Shards.Sum(table => table.All.Length);
        return all < OverrideTable.MaxCount ? all - Shards[shard].All.Length
            : Shards.Where((_, other) => other != shard).Sum(table => table.CountAt(utcNow));
    }

    private static uint Fnv(uint hash, byte next) => (hash ^ next) * 16_777_619;
}

/// <summary>One page of overrides.</summary>
/// <param name="Items">The overrides.</param>
/// <param name="Next">The cursor of the next page, below 2^53; null on the last page.</param>
public sealed record OverridePage(ImmutableArray<Override> Items, long? Next);
