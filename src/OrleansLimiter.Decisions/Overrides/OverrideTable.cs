using System.Diagnostics.CodeAnalysis;

namespace OrleansLimiter.Decisions;

/// <summary>
/// The overrides of some or all accounts at one moment. Immutable: a change creates a new table, which replaces the old one atomically and
/// shares almost everything with it.
/// </summary>
/// <remarks>
/// <para>
/// The version of an account's overrides is the second half of the <see cref="Generation"/> of its rules. A bucket keeps the highest
/// generation that it has received. Therefore every change of the overrides in force for an account must raise the version, and the
/// version must never decrease; otherwise a bucket would keep a rule that has been replaced. The version is the higher of
/// <see cref="Floor"/> and the version of the account's newest entry, plus one for each of its entries that has lapsed.
/// </para>
/// <list type="bullet">
/// <item>An entry lapses without a change of the table, and every front-end computes the same version.</item>
/// <item>
/// A change gets a version above every version that the account can have reached: above the version and the floor of the table by
/// more than the number of the account's entries that can lapse.
/// </item>
/// <item>
/// Removing an entry raises the floor to the version of the removal. Dropping a lapsed entry raises the floor to the version that the
/// account had reached. Removed entries therefore leave no record. The floor applies to all accounts: other accounts get a higher
/// generation with unchanged rules, which has no effect.
/// </item>
/// </list>
/// </remarks>
public sealed class OverrideTable
{
    /// <summary>
    /// The maximum number of overrides in all tables: 100,000. Every front-end keeps all of them in memory. In a cluster, each
    /// change writes a whole table.
    /// </summary>
    public const int MaxCount = 100_000;

    // More overrides are removed together. They lapse at the same time, for example at midnight.
    private const int MaxSingly = 64;

    private readonly OverrideIndex _byAccount;

    // In UTC ticks: no override lapses before this time. It can be too early after an override was removed, until the next check.
    private long _nextLapse;

    private OverrideTable(
        OverrideSequence all, OverrideIndex byAccount, uint version, uint floor, long nextLapse, ImmutableArray<OverrideDelta> changes)
    {
        (All, _byAccount, Version, Floor, _nextLapse, Changes) = (all, byAccount, version, floor, nextLapse, changes);
    }

    /// <summary>The table before any change.</summary>
    public static OverrideTable Empty { get; } = new(OverrideSequence.Empty, OverrideIndex.Empty, 0, 0, long.MaxValue, []);

    /// <summary>The version of the newest change; 0 before any change. Each change raises it by 1 or more.</summary>
    public uint Version { get; }

    /// <summary>The version of an account without overrides.</summary>
    public uint Floor { get; }

    /// <summary>All overrides, the oldest change first, including those that have lapsed since the last change.</summary>
    internal OverrideSequence All { get; }

    /// <summary>How this table was created from the one of which it is a change; empty for a table that was read.</summary>
    internal ImmutableArray<OverrideDelta> Changes { get; }

    /// <summary>Whether the table has never been changed.</summary>
    internal bool IsEmpty => All.IsEmpty && Version == 0 && Floor == 0;

    /// <summary>The number of overrides that have not lapsed.</summary>
    internal int CountAt(DateTimeOffset utcNow) =>
        MayHaveLapsed(utcNow) ? All.Count(entry => !entry.HasLapsed(utcNow)) : All.Length;

    /// <summary>The overrides of an account under a policy; null if there are none. Does not allocate.</summary>
    internal AccountOverrides? For(string policy, Account account) =>
        All.IsEmpty ? null : _byAccount.Find(policy, account);

    /// <summary>The version of an account with the result of <see cref="For"/>. It never decreases from table to table.</summary>
    internal uint VersionAt(AccountOverrides? overrides, DateTimeOffset utcNow) =>
        overrides is null ? Floor : Math.Max(Floor, overrides.Newest) + overrides.Lapsed(utcNow);

    /// <summary>The overrides of an account under all policies that have not lapsed, the oldest change first.</summary>
    internal ImmutableArray<Override> ForAccount(Account account, DateTimeOffset utcNow) =>
        [.. _byAccount.Find(account).Where(entry => !entry.HasLapsed(utcNow)).OrderBy(entry => entry.Version)];

    /// <summary>The overrides that were changed after a version, the oldest change first.</summary>
    internal IEnumerable<Override> After(uint version) => All.After(version);

    /// <summary>
    /// Adds a valid override, or replaces the one for the same requests; fails with an error. Lapsed overrides are dropped.
    /// <paramref name="elsewhere"/> is the number of overrides in other tables.
    /// </summary>
    internal bool TryWith(
        Override change, DateTimeOffset utcNow,
        [NotNullWhen(true)] out OverrideTable? table, [NotNullWhen(false)] out OverrideError? error, int elsewhere = 0)
    {
        uint version = NextVersion(change.Policy, change.Account);
        var pruned = WithoutLapsed(utcNow);
        change = change with { When = Conditions.Normal(change.When), Version = version };
        var own = pruned.For(change.Policy, change.Account)?.All ?? [];
        var siblings = own.Where(entry => entry.Limit == change.Limit).ToArray();
        var replaced = siblings.Where(entry => Conditions.Same(entry.When, change.When)).ToArray();
        error = siblings.Except(replaced).FirstOrDefault(entry => Collide(entry, change)) is { } other
            ? new("when", $"the override set at {other.SetAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} for {Text(other.When!)} "
                + "could apply to the same request; remove the limit's overrides first, or choose conditions that exclude each other")
            : change.When is not null && own.Except(replaced).Count(entry => entry.When is not null) >= AccountOverrides.MaxConditional
                ? new("when", $"the account has {AccountOverrides.MaxConditional} overrides with conditions under policy "
                    + $"'{change.Policy}', the maximum; remove some, or set one without a condition")
            : pruned.All.Length + elsewhere - replaced.Length >= MaxCount
                ? new("", $"there are {pruned.All.Length + elsewhere} overrides, the maximum; "
                    + "remove some, or raise the limit in the policy")
            : null;
        table = error is null ? pruned.Changed(replaced, change, version, pruned.Floor).After(this, pruned) : null;
        return error is null;
    }

    /// <summary>Removes all overrides of a limit for an account. Returns this table if none are in force.</summary>
    internal OverrideTable Without(Account account, string policy, string limit, DateTimeOffset utcNow, out int removed)
    {
        uint version = NextVersion(policy, account);
        var pruned = WithoutLapsed(utcNow);
        var gone = pruned.For(policy, account)?.All.Where(entry => entry.Limit == limit).ToArray() ?? [];
        removed = gone.Length;
        return removed == 0 ? this : pruned.Changed(gone, null, version, version).After(this, pruned);
    }

    /// <summary>Drops lapsed overrides. The version does not change, because the overrides in force do not.</summary>
    public OverrideTable WithoutLapsed(DateTimeOffset utcNow)
    {
        if (!MayHaveLapsed(utcNow))
        {
            return this;
        }

        var lapsed = All.Where(entry => entry.HasLapsed(utcNow)).ToArray();
        if (lapsed.Length == 0)
        {
            Volatile.Write(ref _nextLapse, NextLapse(All));
            return this;
        }

        return Changed(lapsed, null, Version, lapsed.Max(entry => VersionAt(For(entry.Policy, entry.Account), utcNow)));
    }

    /// <summary>Repeats a change that was stored. Returns null if it does not fit this table.</summary>
    internal OverrideTable? With(OverrideDelta change)
    {
        Override[] gone = [.. change.Removed.Distinct().Select(All.Find).OfType<Override>()];
        bool fits = change.Version >= Version
            && (change.Added is not { } added || (added.Version == change.Version && added.Version > Version));
        return fits ? Changed(gone, change.Added, change.Version, change.Floor) : null;
    }

    /// <summary>The table as bytes, with a checksum.</summary>
    public byte[] ToBytes() => OverrideFormat.Write(this);

    /// <summary>
    /// Reads the output of <see cref="ToBytes"/>. In a message, the error follows a name for the bytes and a colon. Bytes that cannot
    /// be read are damaged, unless they have the format of another version.
    /// </summary>
    public static bool TryParse(
        byte[] content, [NotNullWhen(true)] out OverrideTable? table, [NotNullWhen(false)] out string? error, out bool damaged) =>
        OverrideFormat.TryRead(content, out table, out error, out damaged);

    /// <summary>Creates a table from stored overrides, which are ordered by version.</summary>
    internal static OverrideTable Restore(ImmutableArray<Override> all, uint version, uint floor) =>
        new(OverrideSequence.Of(all), OverrideIndex.Of(all), version, floor, NextLapse(all), []);

    private static bool Collide(Override one, Override other) =>
        one.When is { } when && other.When is { } also && Conditions.Overlap(when, also);

    private static string Text(Policies.Condition when) =>
        string.Join(" and ", when.Terms.Select(term => $"{term.Key} {string.Join("|", term.Values)}"));

    // All overrides that can lapse count, because the clock of another front-end can be ahead.
    private uint NextVersion(string policy, Account account)
    {
        int lapses = For(policy, account)?.All.Count(entry => entry.Until is not null) ?? 0;
        return checked(Math.Max(Version, Floor) + (uint)lapses + 1);
    }

    // Includes the removal of lapsed overrides in the changes.
    private OverrideTable After(OverrideTable before, OverrideTable pruned) => pruned == before ? this
        : new(All, _byAccount, Version, Floor, _nextLapse, [.. pruned.Changes, .. Changes]);

    private static long NextLapse(IEnumerable<Override> all) =>
        all.Min(entry => entry.Until?.UtcTicks) ?? long.MaxValue;

    private bool MayHaveLapsed(DateTimeOffset utcNow) => utcNow.UtcTicks >= Volatile.Read(ref _nextLapse);

    private OverrideTable Changed(Override[] gone, Override? added, uint version, uint floor)
    {
        OverrideSequence all;
        long nextLapse;
        if (gone.Length <= MaxSingly)
        {
            all = gone.Aggregate(All, (sequence, entry) => sequence.Remove(entry.Version));
            nextLapse = Volatile.Read(ref _nextLapse);
        }
        else
        {
            var versions = gone.Select(entry => entry.Version).ToHashSet();
            all = OverrideSequence.Of(All.Where(entry => !versions.Contains(entry.Version)));
            nextLapse = NextLapse(all);
        }

        floor = Math.Max(Floor, floor);
        var delta = new OverrideDelta(version, floor, [.. gone.Select(entry => entry.Version)], added);
        return new(
            added is null ? all : all.Add(added),
            _byAccount.With(gone, added),
            version,
            floor,
            Math.Min(nextLapse, added?.Until?.UtcTicks ?? long.MaxValue),
            [delta]);
    }
}

/// <summary>A change of a table: the values of the new table, the versions of the removed overrides, and the added one.</summary>
internal sealed record OverrideDelta(uint Version, uint Floor, ImmutableArray<uint> Removed, Override? Added);
