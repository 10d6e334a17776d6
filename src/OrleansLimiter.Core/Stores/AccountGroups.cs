namespace OrleansLimiter;

/// <summary>The living groups of one account that count against its bound. All of these groups refer to it.</summary>
internal sealed class AccountGroups(Account account)
{
    /// <summary>The memory of this object and of its place in a dictionary, without the name: 120 bytes.</summary>
    public const int Bytes = 120;

    /// <summary>The account.</summary>
    public Account Account { get; } = account;

    /// <summary>The number of groups. Changed under a lock of <see cref="AccountGroupCounts"/>.</summary>
    public int Count { get; set; }
}

/// <summary>
/// Counts the living groups of each account whose keys its caller can choose freely: unlisted paths and resources. Only opening and
/// ending such a group uses a lock, which few accounts share; operations on living groups do not.
/// </summary>
internal sealed class AccountGroupCounts
{
    // With 64 locks, two threads that open groups of different accounts rarely meet. A lock is held for about 0.1 us.
    private const int Parts = 64;

    // A dictionary never shrinks by itself. Above this capacity it is trimmed when an eighth of it is in use.
    private const int TrimmedAbove = 1_024;
    private const int TrimmedBelowPart = 8;

    private readonly Dictionary<Account, AccountGroups>[] _parts =
        [.. Enumerable.Range(0, Parts).Select(_ => new Dictionary<Account, AccountGroups>())];

    /// <summary>The number of accounts that have such groups.</summary>
    public int Accounts
    {
        get
        {
            int accounts = 0;
            foreach (Dictionary<Account, AccountGroups> part in _parts)
            {
                lock (part)
                {
                    accounts += part.Count;
                }
            }

            return accounts;
        }
    }

    /// <summary>Counts one more group of an account; null if it has <paramref name="max"/> groups or more.</summary>
    public AccountGroups? TryAdd(Account account, int max)
    {
        Dictionary<Account, AccountGroups> part = PartOf(account);
        lock (part)
        {
            if (!part.TryGetValue(account, out AccountGroups? groups))
            {
                part[account] = groups = new(account);
            }

            if (groups.Count >= max)
            {
                return null;
            }

            groups.Count++;
            return groups;
        }
    }

    /// <summary>The number of groups of an account.</summary>
    public int Of(Account account)
    {
        Dictionary<Account, AccountGroups> part = PartOf(account);
        lock (part)
        {
            return part.TryGetValue(account, out AccountGroups? groups) ? groups.Count : 0;
        }
    }

    /// <summary>Removes a group that <see cref="TryAdd"/> has counted.</summary>
    public void Remove(AccountGroups groups)
    {
        Dictionary<Account, AccountGroups> part = PartOf(groups.Account);
        lock (part)
        {
            if (--groups.Count > 0)
            {
                return;
            }

            part.Remove(groups.Account);
            if (part.Capacity > TrimmedAbove && part.Count < part.Capacity / TrimmedBelowPart)
            {
                part.TrimExcess();
            }
        }
    }

    private Dictionary<Account, AccountGroups> PartOf(Account account) => _parts[(uint)account.GetHashCode() % Parts];
}
