namespace OrleansLimiter.Decisions;

/// <summary>
/// The overrides of each account under each policy. Immutable: a change copies one of <see cref="Parts"/> dictionaries and the list of
/// them.
/// </summary>
internal sealed class OverrideIndex
{
    /// <summary>The number of dictionaries: 512. With the maximum number of overrides, one has about 200.</summary>
    public const int Parts = 512;

    private readonly Dictionary<Key, AccountOverrides>?[] _parts;

    private OverrideIndex(Dictionary<Key, AccountOverrides>?[] parts) => _parts = parts;

    public static OverrideIndex Empty { get; } = new(new Dictionary<Key, AccountOverrides>?[Parts]);

    public static OverrideIndex Of(IEnumerable<Override> all)
    {
        var index = new OverrideIndex(new Dictionary<Key, AccountOverrides>?[Parts]);
        foreach (var group in all.GroupBy(Key.Of))
        {
            (index._parts[group.Key.Part] ??= []).Add(group.Key, new(group));
        }

        return index;
    }

    /// <summary>The overrides of an account under a policy; null if there are none. Does not allocate.</summary>
    public AccountOverrides? Find(string policy, Account account)
    {
        var key = new Key(policy, account);
        return _parts[key.Part]?.GetValueOrDefault(key);
    }

    /// <summary>The overrides of an account under all policies.</summary>
    public IEnumerable<Override> Find(Account account) =>
        (_parts[new Key("", account).Part] ?? [])
            .Where(each => each.Key.Account == account).SelectMany(each => each.Value.All);

    /// <summary>Removes overrides, and adds one.</summary>
    public OverrideIndex With(IReadOnlyCollection<Override> gone, Override? added)
    {
        var parts = (Dictionary<Key, AccountOverrides>?[])_parts.Clone();
        Override[] more = added is null ? [] : [added];
        foreach (var group in gone.Concat(more).GroupBy(Key.Of))
        {
            var removed = gone.Count == 0 ? [] : group.Select(entry => entry.Version).ToHashSet();
            var before = Find(group.Key.Policy, group.Key.Account)?.All ?? [];
            Override[] after = [.. before.Where(entry => !removed.Contains(entry.Version)), .. more.Where(group.Contains)];

            var part = parts[group.Key.Part];
            if (part is null || part == _parts[group.Key.Part])
            {
                parts[group.Key.Part] = part = new(part ?? []);
            }

            _ = after.Length == 0 ? part.Remove(group.Key) : (part[group.Key] = new(after)) is not null;
        }

        return new(parts);
    }

    // Only the name is hashed, because an account rarely has overrides under two policies.
    private readonly struct Key(string policy, Account account) : IEquatable<Key>
    {
        private readonly int _hash = account.Name.GetHashCode();

        public string Policy { get; } = policy;

        public Account Account { get; } = account;

        public int Part => _hash & (Parts - 1);

        public static Key Of(Override entry) => new(entry.Policy, entry.Account);

        public bool Equals(Key other) => _hash == other._hash && Policy == other.Policy && Account == other.Account;

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode() => _hash >> 9 ^ _hash; // all keys of a part have the same lowest bits
    }
}
