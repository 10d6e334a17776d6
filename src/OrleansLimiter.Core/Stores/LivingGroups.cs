using System.Collections.Concurrent;

namespace OrleansLimiter;

/// <summary>
/// The bounds on the living groups of a store or silo (their number, and their memory), their counters, and the sweep that ends decayed
/// groups. Only opening and ending a group changes the counters; operations on living groups do not.
/// </summary>
public sealed partial class LivingGroups : IDisposable
{
    /// <summary>The default bound on the number: one million groups.</summary>
    public const int DefaultMax = 1_000_000;

    /// <summary>
    /// The part of the memory that the process may use, which groups may use by default: a half. The rest is for what the front-end
    /// remembers of groups, for requests, and for the garbage collector, which needs room beside what lives.
    /// </summary>
    public const int DefaultMemoryPart = 2;

    private readonly Sweep _sweep;
    private long _count;
    private long _bytes;
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
    /// <param name="maxBytes">
    /// The bound on the estimated memory of the groups, in bytes, 1 or more; null for <see cref="DefaultMaxBytes"/>. It has the same effect
    /// as <paramref name="max"/>.
    /// </param>
    public LivingGroups(LimiterClock clock, int max, Action sweep, long? maxBytes = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes ?? 1, 1, nameof(maxBytes));
        (Clock, Max, MaxBytes) = (clock, max, maxBytes ?? DefaultMaxBytes);
        _sweep = new(clock.Time, sweep, MustSweepSoon);
    }

    /// <summary>The clock of the groups.</summary>
    public LimiterClock Clock { get; }

    /// <summary>The bound on the number.</summary>
    public int Max { get; }

    /// <summary>The bound on the memory, in bytes.</summary>
    public long MaxBytes { get; }

    /// <summary>
    /// The default bound on the memory in bytes: a half of what the process may use. In a container with a limit, .NET may use three
    /// quarters of it.
    /// </summary>
    public static long DefaultMaxBytes => Math.Max(1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / DefaultMemoryPart);

    /// <summary>
    /// The estimated memory of the living groups, in bytes: their keys and buckets, and what a store or silo needs for each group.
    /// </summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The number of living groups.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Whether the number or the memory of groups is at least nine tenths of its bound.</summary>
    internal bool IsNearBound => Count >= Max - Max / 10 || Bytes >= MaxBytes - MaxBytes / 10;

    /// <summary>The number of groups that decayed and were ended since the start.</summary>
    public long Swept => Interlocked.Read(ref _swept);

    /// <summary>The number of acquisitions that the bound made unavailable since the start.</summary>
    public long BoundReached => Interlocked.Read(ref _boundReached);

    /// <summary>The number of operations that the bound of their account made unavailable since the start.</summary>
    public long AccountBoundReached => Interlocked.Read(ref _accountBoundReached);

    /// <summary>
    /// The groups that have changed, each once until <see cref="BucketGroupEntry.TryTakeReplica"/> takes its changes; null if nobody wants
    /// them. Some may have ended.
    /// </summary>
    internal ConcurrentQueue<BucketGroupEntry>? Changes { get; private set; }

    /// <summary>The groups that count against the bounds of their accounts.</summary>
    internal AccountGroupCounts Accounts { get; } = new();

    /// <summary>Stops the sweep.</summary>
    public void Dispose() => _sweep.Dispose();

    /// <summary>Begins to fill <see cref="Changes"/>. Call it before groups are used.</summary>
    internal void QueueChanges() => Changes ??= new();

    /// <summary>Counts one more group.</summary>
    /// <param name="owner">Whom the group counts for; null if it counts for no account.</param>
    /// <param name="maxOfAccount">The maximum number of groups of the account; 0 if the group does not count for it.</param>
    /// <param name="bytes">The memory of its buckets. Receives the memory of the group.</param>
    /// <param name="account">The account that the group counts for; null for none.</param>
    /// <returns>None, or the bound that is reached, so that the acquisition is unavailable.</returns>
    internal GroupNotes TryAdd(IGroupOwner? owner, int maxOfAccount, ref int bytes, out AccountGroups? account)
    {
        GroupNotes reached = TryAddOneOfSeveral(owner, maxOfAccount, ref bytes, out account);
        if (reached == GroupNotes.TooManyGroups)
        {
            Interlocked.Increment(ref _boundReached);
        }

        return reached;
    }

    /// <summary>
    /// Counts one more group of a joint acquisition. If the bound on all groups is reached, each group is tried by itself afterwards.
    /// </summary>
    internal GroupNotes TryAddOneOfSeveral(IGroupOwner? owner, int maxOfAccount, ref int bytes, out AccountGroups? account)
    {
        account = null;
        if (owner is not null && maxOfAccount > 0 && (account = Accounts.TryAdd(owner.Account, maxOfAccount)) is null)
        {
            Interlocked.Increment(ref _accountBoundReached);
            return GroupNotes.TooManyGroupsOfAccount;
        }

        bytes += (owner?.Bytes ?? KeyOwner.BaseBytes) + (account is { Count: 1 } ? AccountGroups.Bytes : 0);
        if (Interlocked.Increment(ref _count) <= Max & Interlocked.Add(ref _bytes, bytes) <= MaxBytes)
        {
            return GroupNotes.None;
        }

        Interlocked.Decrement(ref _count);
        Interlocked.Add(ref _bytes, -bytes);
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

    /// <summary>Counts buckets that were added to or removed from a living group, even if the bound is reached.</summary>
    internal void AddBytes(int bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Removes a group.</summary>
    /// <param name="account">The account that it counted for; null for none.</param>
    /// <param name="bytes">Its memory.</param>
    /// <param name="swept">Whether it had decayed.</param>
    internal void Remove(AccountGroups? account, int bytes, bool swept)
    {
        Interlocked.Decrement(ref _count);
        Interlocked.Add(ref _bytes, -bytes);
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
        bool soon = IsNearBound || reached > _accountBoundSeen;
        _accountBoundSeen = reached;
        return soon;
    }
}
