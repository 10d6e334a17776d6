using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace OrleansLimiter.Decisions;

/// <summary>
/// Every override at one moment, in one or more tables: an account belongs to one of them, for good. Immutable: a change
/// makes others, and readers swap them whole.
/// </summary>
/// <remarks>
/// Each table is kept by itself and has its own versions and floor. That is enough: a version is only ever compared
/// with others of the same account, as the second half of its rules' <see cref="Generation"/>.
/// </remarks>
public sealed class OverrideTables
{
    /// <summary>The most tables, 16: a policy holds its plans once for each floor that is in use.</summary>
    public const int MaxShards = 16;

    private readonly ImmutableArray<OverrideTable> _shards;

    // The table for every account if there is only one, or if no table has overrides: then no name is hashed.
    private readonly OverrideTable? _anyones;

    /// <summary>Puts tables together.</summary>
    /// <param name="shards">The tables, 1 to <see cref="MaxShards"/>; an account's is the one of number <see cref="ShardOf"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are none, or too many.</exception>
    public OverrideTables(params ImmutableArray<OverrideTable> shards)
    {
        ArgumentOutOfRangeException.ThrowIfZero(shards.Length, nameof(shards));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shards.Length, MaxShards, nameof(shards));
        _shards = shards;
        _anyones = shards.Length == 1 || shards.All(table => table.IsEmpty) ? shards[0] : null;
    }

    /// <summary>One table, before any change.</summary>
    public static OverrideTables Empty { get; } = new(OverrideTable.Empty);

    /// <summary>The tables, by number.</summary>
    public ImmutableArray<OverrideTable> Shards => _shards;

    /// <summary>
    /// How many overrides have not lapsed, about <see cref="OverrideTable.MaxCount"/> at most. Looks at every entry: for
    /// administration and metrics.
    /// </summary>
    /// <param name="utcNow">Now.</param>
    public int CountAt(DateTimeOffset utcNow) => _shards.Sum(table => table.CountAt(utcNow));

    /// <summary>An account's table. Allocates nothing.</summary>
    public OverrideTable For(Account account) => _anyones ?? _shards[ShardOf(account, _shards.Length)];

    /// <summary>
    /// An account's overrides under all policies that have not lapsed, the oldest change first. Looks at every entry of its
    /// table: for administration.
    /// </summary>
    /// <param name="account">The account.</param>
    /// <param name="utcNow">Now.</param>
    public ImmutableArray<Override> ForAccount(Account account, DateTimeOffset utcNow) => For(account).ForAccount(account, utcNow);

    /// <summary>
    /// Some of the overrides that have not lapsed, table after table and in each the oldest change first. An override that
    /// is replaced between two pages moves to its table's end; none is left out.
    /// </summary>
    /// <param name="after">What the page before said; 0 for the first.</param>
    /// <param name="size">How many at most, 1 or more.</param>
    /// <param name="utcNow">Now.</param>
    /// <param name="isWanted">Which of them; left out: all.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is below 1, or <paramref name="after"/> below 0.</exception>
    public OverridePage Page(long after, int size, DateTimeOffset utcNow, Func<Override, bool>? isWanted = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        var (first, version) = (after >> 32, (uint)after);
        var found = _shards
            .SelectMany((table, shard) => shard < first ? [] : table.After(shard == first ? version : 0)
                .Where(entry => !entry.HasLapsed(utcNow) && isWanted?.Invoke(entry) != false)
                .Select(entry => (Cursor: (long)shard << 32 | entry.Version, Entry: entry)))
            .Take(size + 1)
            .ToArray();
        return new(
            [.. found.Take(size).Select(each => each.Entry)],
            found.Length > size ? found[size - 1].Cursor : null);
    }

    /// <summary>The tables with one more override, or with another in the place of the one for the same requests.</summary>
    /// <param name="change">A valid override (see <see cref="Override.Validate"/>). Its version is filled in.</param>
    /// <param name="utcNow">Now: what has lapsed is dropped from the account's table.</param>
    /// <param name="tables">The new tables, of which one is another; null if the change is refused.</param>
    /// <param name="kept">The override as it stands there; null if the change is refused.</param>
    /// <param name="error">Why it is refused; null if it is not.</param>
    /// <returns>Whether there are new tables.</returns>
    public bool TryWith(
        Override change,
        DateTimeOffset utcNow,
        [NotNullWhen(true)] out OverrideTables? tables,
        [NotNullWhen(true)] out Override? kept,
        [NotNullWhen(false)] out OverrideError? error)
    {
        int shard = ShardOf(change.Account, _shards.Length);
        int elsewhere = _shards.Where((_, other) => other != shard).Sum(table => table.CountAt(utcNow));
        (tables, kept) = _shards[shard].TryWith(change, utcNow, out var table, out error, elsewhere)
            ? (With(shard, table), table.All[^1])
            : (null, null);
        return tables is not null;
    }

    /// <summary>The tables without any of a limit's overrides for an account; these where there are none in force.</summary>
    /// <param name="account">The account.</param>
    /// <param name="policy">The policy's name.</param>
    /// <param name="limit">The limit's name.</param>
    /// <param name="utcNow">Now: what has lapsed does not count as removed.</param>
    /// <param name="removed">How many were removed.</param>
    public OverrideTables Without(Account account, string policy, string limit, DateTimeOffset utcNow, out int removed)
    {
        int shard = ShardOf(account, _shards.Length);
        var table = _shards[shard].Without(account, policy, limit, utcNow, out removed);
        return removed == 0 ? this : With(shard, table);
    }

    /// <summary>The tables with another in the place of one.</summary>
    /// <param name="shard">Its number, from 0.</param>
    /// <param name="table">The other.</param>
    public OverrideTables With(int shard, OverrideTable table) => new(_shards.SetItem(shard, table));

    /// <summary>The number of an account's table, from 0.</summary>
    /// <remarks>
    /// Settled for good, as it says where overrides are kept: FNV-1a with 32 bits over the account's kind, one byte, and
    /// the UTF-16 units of its name, low byte first; the upper half of the sum xor-ed onto the lower, because the
    /// lowest bits of FNV-1a depend on the lowest bits of the bytes alone; then the remainder by the number of tables.
    /// </remarks>
    /// <param name="account">The account.</param>
    /// <param name="shards">How many tables there are, 1 or more.</param>
    public static int ShardOf(Account account, int shards)
    {
        uint hash = Fnv(2_166_136_261, (byte)account.Kind);
        foreach (char unit in account.Name)
        {
            hash = Fnv(Fnv(hash, (byte)unit), (byte)(unit >> 8));
        }

        return (int)((hash ^ hash >> 16) % (uint)shards);
    }

    private static uint Fnv(uint hash, byte next) => (hash ^ next) * 16_777_619;
}

/// <summary>One page of overrides.</summary>
/// <param name="Items">The overrides.</param>
/// <param name="Next">What to ask the next page after, below 2^53; null on the last.</param>
public sealed record OverridePage(ImmutableArray<Override> Items, long? Next);
