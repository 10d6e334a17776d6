using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>
/// The overrides of some or all accounts at one moment. Immutable: a change creates a new table, which replaces the old one
/// atomically.
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
    /// The maximum number of overrides in all tables: 100,000. Every front-end keeps all of them in memory, and each change
    /// writes a whole table.
    /// </summary>
    public const int MaxCount = 100_000;

    private readonly ImmutableArray<Override> _all;
    private readonly Dictionary<Key, AccountOverrides> _byAccount;

    private OverrideTable(
        ImmutableArray<Override> all, Dictionary<Key, AccountOverrides> byAccount, uint version, uint floor)
    {
        _all = all;
        _byAccount = byAccount;
        Version = version;
        Floor = floor;
    }

    /// <summary>The table before any change.</summary>
    public static OverrideTable Empty { get; } = new([], [], 0, 0);

    /// <summary>The version of the newest change; 0 before any change. Each change raises it by 1 or more.</summary>
    public uint Version { get; }

    /// <summary>The version of an account without overrides.</summary>
    public uint Floor { get; }

    /// <summary>
    /// How many overrides are kept, up to <see cref="MaxCount"/>; those that lapsed since the last change are among them.
    /// </summary>
    internal int Count => _all.Length;

    /// <summary>Every override, the oldest change first.</summary>
    internal ImmutableArray<Override> All => _all;

    /// <summary>Whether the table has never been changed.</summary>
    internal bool IsEmpty => _all.IsEmpty && Version == 0 && Floor == 0;

    /// <summary>How many overrides have not lapsed.</summary>
    internal int CountAt(DateTimeOffset utcNow) => _all.Count(entry => !entry.HasLapsed(utcNow));

    /// <summary>An account's overrides under a policy; null if it has none. Allocates nothing.</summary>
    internal AccountOverrides? For(string policy, Account account) =>
        _all.IsEmpty ? null : _byAccount.GetValueOrDefault(new(policy, account));

    /// <summary>
    /// The version at which an account stands: the second half of its rules' generation. Never falls from table to table.
    /// </summary>
    /// <param name="overrides">What <see cref="For"/> gave for the account.</param>
    /// <param name="utcNow">Now.</param>
    internal uint VersionAt(AccountOverrides? overrides, DateTimeOffset utcNow) =>
        overrides is null ? Floor : Math.Max(Floor, overrides.Newest) + overrides.Lapsed(utcNow);

    /// <summary>An account's overrides under all policies that have not lapsed, the oldest change first. Looks at every entry.</summary>
    internal ImmutableArray<Override> ForAccount(Account account, DateTimeOffset utcNow) =>
        [.. _all.Where(entry => entry.Account == account && !entry.HasLapsed(utcNow))];

    /// <summary>The overrides that were changed after a version, the oldest change first.</summary>
    internal IEnumerable<Override> After(uint version) => _all.Skip(FirstAfter(version));

    /// <summary>
    /// The table with one more override, or with another in the place of the one for the same requests. What has lapsed is
    /// dropped.
    /// </summary>
    /// <param name="change">A valid override (see <see cref="Override.Validate"/>). Its version is filled in.</param>
    /// <param name="utcNow">Now.</param>
    /// <param name="table">The new table; null if the change is refused.</param>
    /// <param name="error">Why it is refused; null if it is not.</param>
    /// <param name="elsewhere">How many overrides are in force in other tables.</param>
    /// <returns>Whether there is a new table.</returns>
    internal bool TryWith(
        Override change,
        DateTimeOffset utcNow,
        [NotNullWhen(true)] out OverrideTable? table,
        [NotNullWhen(false)] out OverrideError? error,
        int elsewhere = 0)
    {
        uint version = NextVersion(change.Policy, change.Account);
        var pruned = WithoutLapsed(utcNow);
        change = change with { When = Conditions.Normal(change.When), Version = version };
        var own = pruned.For(change.Policy, change.Account)?.All ?? [];
        var siblings = own.Where(entry => entry.Limit == change.Limit).ToArray();
        var replaced = siblings.Where(entry => Conditions.Same(entry.When, change.When)).ToArray();
        error = siblings.Except(replaced).FirstOrDefault(entry => Collide(entry, change)) is { } other
            ? new("when", $"the override set at {other.SetAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} for {Text(other.When!)} "
                + "could meet the same request; remove the limit's overrides first, or choose conditions that exclude each other")
            : change.When is not null && own.Except(replaced).Count(entry => entry.When is not null) >= AccountOverrides.MaxConditional
                ? new("when", $"the account has {AccountOverrides.MaxConditional} overrides with conditions under policy '{change.Policy}', "
                    + "the most that are kept; remove some, or set one without a condition")
            : pruned.Count + elsewhere - replaced.Length >= MaxCount
                ? new("", $"there are {pruned.Count + elsewhere} overrides, the most that are kept; remove some, or raise the limit in the policy")
                : null;
        table = error is null ? pruned.Changed(replaced, change, version, pruned.Floor) : null;
        return error is null;
    }

    /// <summary>The table without any of a limit's overrides for an account; this one where there are none in force.</summary>
    /// <param name="account">The account.</param>
    /// <param name="policy">The policy's name.</param>
    /// <param name="limit">The limit's name.</param>
    /// <param name="utcNow">Now: what has lapsed is dropped, and does not count as removed.</param>
    /// <param name="removed">How many were removed.</param>
    internal OverrideTable Without(Account account, string policy, string limit, DateTimeOffset utcNow, out int removed)
    {
        uint version = NextVersion(policy, account);
        var pruned = WithoutLapsed(utcNow);
        var gone = pruned.For(policy, account)?.All.Where(entry => entry.Limit == limit).ToArray() ?? [];
        removed = gone.Length;
        return removed == 0 ? this : pruned.Changed(gone, null, version, version);
    }

    /// <summary>The table without what has lapsed. Its version stays: nothing that is in force changes by it.</summary>
    public OverrideTable WithoutLapsed(DateTimeOffset utcNow)
    {
        var lapsed = _all.Where(entry => entry.HasLapsed(utcNow)).ToArray();
        return lapsed.Length == 0 ? this
            : Changed(lapsed, null, Version, lapsed.Max(entry => VersionAt(For(entry.Policy, entry.Account), utcNow)));
    }

    /// <summary>The table as bytes, with a checksum.</summary>
    public byte[] ToBytes() => OverrideFormat.Write(this);

    /// <summary>A table from bytes of <see cref="ToBytes"/>.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="table">The table; null if there is an error.</param>
    /// <param name="error">What was found; null if nothing is wrong. It follows a name for the bytes and a colon.</param>
    /// <param name="damaged">Whether the error is damage, and not only another version's format.</param>
    /// <returns>Whether the bytes are a table.</returns>
    public static bool TryParse(
        byte[] content,
        [NotNullWhen(true)] out OverrideTable? table,
        [NotNullWhen(false)] out string? error,
        out bool damaged) => OverrideFormat.TryRead(content, out table, out error, out damaged);

    /// <summary>The table that was written down.</summary>
    /// <param name="all">Its overrides, the oldest change first, each with a version of its own.</param>
    /// <param name="version">Its version.</param>
    /// <param name="floor">Its floor.</param>
    internal static OverrideTable Restore(ImmutableArray<Override> all, uint version, uint floor) => new(
        all,
        all.GroupBy(Key.Of).ToDictionary(group => group.Key, group => new AccountOverrides(group)),
        version,
        floor);

    private static bool Collide(Override one, Override other) =>
        one.When is { } when && other.When is { } also && Conditions.Overlap(when, also);

    private static string Text(Policies.Condition when) =>
        string.Join(" and ", when.Terms.Select(term => $"{term.Key} {string.Join("|", term.Values)}"));

    // Lapses are counted with the clock out of it: another front-end's may be ahead of ours.
    private uint NextVersion(string policy, Account account)
    {
        int lapses = For(policy, account)?.All.Count(entry => entry.Until is not null) ?? 0;
        return checked(Math.Max(Version, Floor) + (uint)lapses + 1);
    }

    private OverrideTable Changed(Override[] gone, Override? added, uint version, uint floor)
    {
        var goneVersions = gone.Select(entry => entry.Version).ToHashSet();
        bool Stays(Override entry) => !goneVersions.Contains(entry.Version);
        Override[] more = added is null ? [] : [added];
        var byAccount = new Dictionary<Key, AccountOverrides>(_byAccount);
        foreach (var key in gone.Concat(more).Select(Key.Of).Distinct())
        {
            var before = _byAccount.TryGetValue(key, out var overrides) ? overrides.All : [];
            Override[] after = [.. before.Where(Stays), .. more.Where(entry => Key.Of(entry) == key)];
            if (after.Length == 0)
            {
                byAccount.Remove(key);
            }
            else
            {
                byAccount[key] = new(after);
            }
        }

        return new([.. _all.Where(Stays), .. more], byAccount, version, Math.Max(Floor, floor));
    }

    private int FirstAfter(uint version)
    {
        int low = 0;
        for (int high = _all.Length; low < high;)
        {
            int middle = (low + high) / 2;
            (low, high) = _all[middle].Version <= version ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    // An account rarely lives under two policies, so its name alone is hashed.
    private readonly record struct Key(string Policy, Account Account)
    {
        public static Key Of(Override entry) => new(entry.Policy, entry.Account);

        public override int GetHashCode() => Account.Name.GetHashCode();
    }
}
