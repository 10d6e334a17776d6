using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace OrleansLimiter.Embedded;

/// <summary>
/// Groups that live in this process. Each is found without a lock and steps under its own, so keys never wait for
/// one another; every call completes before it returns.
/// </summary>
/// <remarks>
/// There is no timer per key: one sweep walks the groups and drops those whose state has decayed, which a
/// new group could not be told from. A group that is dropped is marked first, under its lock, so that a caller who
/// had found it just before looks again.
/// </remarks>
public sealed class EmbeddedGroups : IGroups, IDisposable
{
    /// <summary>The bound on living groups unless another is given: one million, about 300 MB of short windows.</summary>
    public const int DefaultMaxGroups = 1_000_000;

    private readonly ConcurrentDictionary<GroupKey, Cell> _cells = new();
    private readonly LimiterClock _clock;
    private readonly Sweep _sweep;
    private long _living;
    private long _boundReached;

    /// <summary>Creates an empty engine.</summary>
    /// <param name="clock">The limiter's clock; the sweep's timer runs on it as well.</param>
    /// <param name="maxGroups">The bound on living groups, 1 or more: past it a new key is answered <see cref="GroupNotes.TooManyGroups"/>, keys that live are not affected.</param>
    public EmbeddedGroups(LimiterClock clock, int maxGroups = DefaultMaxGroups)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxGroups, 1);
        (_clock, MaxGroups) = (clock, maxGroups);
        _sweep = new(clock.Time, DropDecayed, () => LivingGroups >= MaxGroups - MaxGroups / 10);
    }

    /// <summary>Groups that live now.</summary>
    public long LivingGroups => Interlocked.Read(ref _living);

    /// <summary>Groups dropped by the sweep since the start.</summary>
    public long SweptGroups { get; private set; }

    /// <summary>Takes that found the bound reached since the start.</summary>
    public long BoundReached => Interlocked.Read(ref _boundReached);

    /// <summary>The bound on living groups.</summary>
    public int MaxGroups { get; }

    /// <inheritdoc/>
    public bool AnswersAtOnce => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining)] // what it needs is enough for one method
    public bool TryTake(in GroupKey key, GroupRules rules, int cost, out Reading reading)
    {
        reading = default;
        bool taken = false;
        if (_cells.TryGetValue(key, out Cell? cell))
        {
            lock (cell)
            {
                taken = !cell.Dropped && cell.TryTake(rules, cost, _clock.Now, out reading);
            }
        }

        return taken;
    }

    /// <inheritdoc/>
    public ValueTask<GroupReply> TakeAsync(GroupKey key, GroupRules rules, int cost, TakeId id, bool hold)
    {
        while (true)
        {
            if (_cells.TryGetValue(key, out Cell? cell))
            {
                lock (cell)
                {
                    if (!cell.Dropped)
                    {
                        return new(cell.Take(rules, cost, _clock.Now, id, hold));
                    }
                }

                // The sweep is about to remove it; a new one need not wait for that.
                Remove(key, cell);
            }
            else if (Open(key, rules, cost) is { } refusal)
            {
                return new(refusal);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask ConfirmAsync(GroupKey key, TakeId id)
    {
        if (_cells.TryGetValue(key, out Cell? cell))
        {
            lock (cell)
            {
                cell.Confirm(id, _clock.Now);
            }
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask<GroupReply> ReturnAsync(GroupKey key, GroupRules rules, int cost, TakeId id)
    {
        if (!_cells.TryGetValue(key, out Cell? cell))
        {
            return new(Group.ReadUntouched(rules, cost));
        }

        lock (cell)
        {
            Instant now = _clock.Now;
            cell.Return(id, now);
            return new(cell.Read(rules, cost, now));
        }
    }

    /// <inheritdoc/>
    public ValueTask<GroupReply> ReadAsync(GroupKey key, GroupRules rules, int cost)
    {
        if (!_cells.TryGetValue(key, out Cell? cell))
        {
            return new(Group.ReadUntouched(rules, cost));
        }

        lock (cell)
        {
            return new(cell.Read(rules, cost, _clock.Now));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<BucketUsage>> UsageAsync(Account account)
    {
        var usage = new List<BucketUsage>();
        foreach ((GroupKey key, Cell cell) in _cells.Where(pair => pair.Key.Account == account))
        {
            lock (cell)
            {
                usage.AddRange(cell.Usage(_clock.Now).Select(used => new BucketUsage(key, used.Bucket, used.Rule, used.Reading)));
            }
        }

        return new(usage);
    }

    /// <inheritdoc/>
    public ValueTask<int> ResetAsync(Account account)
    {
        int reset = 0;
        foreach ((_, Cell cell) in _cells.Where(pair => pair.Key.Account == account))
        {
            lock (cell)
            {
                reset += cell.Dropped ? 0 : 1;
                cell.Reset();
            }
        }

        return new(reset);
    }

    /// <summary>Stops the sweep.</summary>
    public void Dispose() => _sweep.Dispose();

    // Brings a group to life; the reply where that must not be, because the take could never succeed or the bound
    // is reached.
    private GroupReply? Open(GroupKey key, GroupRules rules, int cost)
    {
        GroupReply untouched = Group.ReadUntouched(rules, cost);
        if (untouched.Outcome == GroupOutcome.Refused)
        {
            return untouched;
        }

        if (Interlocked.Increment(ref _living) > MaxGroups)
        {
            Interlocked.Decrement(ref _living);
            if (_cells.ContainsKey(key))
            {
                return null;
            }

            Interlocked.Increment(ref _boundReached);
            return GroupReply.Unavailable(GroupNotes.TooManyGroups);
        }

        if (!_cells.TryAdd(key, new()))
        {
            Interlocked.Decrement(ref _living);
        }

        return null;
    }

    // Only that cell: another may live under its key by now.
    private void Remove(GroupKey key, Cell cell)
    {
        if (_cells.TryRemove(new(key, cell)))
        {
            Interlocked.Decrement(ref _living);
        }
    }

    private void DropDecayed()
    {
        foreach ((GroupKey key, Cell cell) in _cells)
        {
            bool dropped;
            lock (cell)
            {
                dropped = !cell.Dropped && cell.Trim(_clock.Now);
                cell.Dropped |= dropped;
            }

            if (dropped)
            {
                SweptGroups++;
                Remove(key, cell);
            }
        }
    }

    // The lock of a group and whether it was dropped travel with it: one object a key.
    private sealed class Cell : Group
    {
        public bool Dropped;
    }
}
