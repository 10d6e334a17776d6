namespace OrleansLimiter;

/// <summary>The bound on the living groups of a store or silo, their counters, and the sweep that ends decayed groups.</summary>
public sealed class LivingGroups : IDisposable
{
    /// <summary>The default bound: one million groups, about 300 MB with short windows.</summary>
    public const int DefaultMax = 1_000_000;

    private readonly Sweep _sweep;
    private long _count;
    private long _swept;
    private long _boundReached;
    private long _accountBoundReached;
    private long _accountBoundSeen;

    /// <summary>Starts sweeping.</summary>
    /// <param name="clock">The limiter's clock; the sweep's timer runs on it as well.</param>
    /// <param name="max">
    /// The bound, 1 or more. Above it, an acquisition for a new key is unavailable with <see cref="GroupNotes.TooManyGroups"/>;
    /// living groups are not affected.
    /// </param>
    /// <param name="sweep">Calls <see cref="BucketGroupEntry.TryEnd"/> for every group that is due.</param>
    public LivingGroups(LimiterClock clock, int max, Action sweep)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        (Clock, Max) = (clock, max);
        _sweep = new(clock.Time, sweep, MustSweepSoon);
    }

    /// <summary>The clock of the groups.</summary>
    public LimiterClock Clock { get; }

    /// <summary>The bound.</summary>
    public int Max { get; }

    /// <summary>The number of living groups.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The number of groups that decayed and were ended since the start.</summary>
    public long Swept => Interlocked.Read(ref _swept);

    /// <summary>The number of acquisitions that the bound made unavailable since the start.</summary>
    public long BoundReached => Interlocked.Read(ref _boundReached);

    /// <summary>The number of operations that the bound of their account made unavailable since the start.</summary>
    public long AccountBoundReached => Interlocked.Read(ref _accountBoundReached);

    /// <summary>The groups that count against the bounds of their accounts.</summary>
    internal AccountGroupCounts Accounts { get; } = new();

    /// <summary>Stops the sweep.</summary>
    public void Dispose() => _sweep.Dispose();

    /// <summary>Counts one more group.</summary>
    /// <param name="owner">Whom the group counts for; null if it counts for no account.</param>
    /// <param name="maxOfAccount">The maximum number of groups of the account; 0 if the group does not count for it.</param>
    /// <param name="account">The account that the group counts for; null for none.</param>
    /// <returns>None, or the bound that is reached, so that the acquisition is unavailable.</returns>
    internal GroupNotes TryAdd(IGroupOwner? owner, int maxOfAccount, out AccountGroups? account)
    {
        GroupNotes reached = TryAddOneOfSeveral(owner, maxOfAccount, out account);
        if (reached == GroupNotes.TooManyGroups)
        {
            Interlocked.Increment(ref _boundReached);
        }

        return reached;
    }

    /// <summary>
    /// Counts one more group of a joint acquisition. If the bound on all groups is reached, each group is tried by itself afterwards.
    /// </summary>
    internal GroupNotes TryAddOneOfSeveral(IGroupOwner? owner, int maxOfAccount, out AccountGroups? account)
    {
        account = null;
        if (owner is not null && maxOfAccount > 0 && (account = Accounts.TryAdd(owner.Account, maxOfAccount)) is null)
        {
            Interlocked.Increment(ref _accountBoundReached);
            return GroupNotes.TooManyGroupsOfAccount;
        }

        if (Interlocked.Increment(ref _count) <= Max)
        {
            return GroupNotes.None;
        }

        Interlocked.Decrement(ref _count);
        if (account is not null)
        {
            Accounts.Remove(account);
            account = null;
        }

        return GroupNotes.TooManyGroups;
    }

    /// <summary>Whether a group that is only read could not be opened, because of the bound of its account.</summary>
    internal bool IsAtBound(IGroupOwner? owner, int maxOfAccount)
    {
        bool reached = owner is not null && maxOfAccount > 0 && Accounts.Of(owner.Account) >= maxOfAccount;
        if (reached)
        {
            Interlocked.Increment(ref _accountBoundReached);
        }

        return reached;
    }

    /// <summary>Removes a group.</summary>
    /// <param name="account">The account that it counted for; null for none.</param>
    /// <param name="swept">Whether it had decayed.</param>
    internal void Remove(AccountGroups? account, bool swept)
    {
        Interlocked.Decrement(ref _count);
        if (account is not null)
        {
            Accounts.Remove(account);
        }

        if (swept)
        {
            Interlocked.Increment(ref _swept);
        }
    }

    // An account at its bound must not wait ten seconds for room, because its groups often have short windows.
    private bool MustSweepSoon()
    {
        long reached = AccountBoundReached;
        bool soon = Count >= Max - Max / 10 || reached > _accountBoundSeen;
        _accountBoundSeen = reached;
        return soon;
    }
}
