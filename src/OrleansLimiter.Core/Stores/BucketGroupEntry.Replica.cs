namespace OrleansLimiter;

public partial class BucketGroupEntry
{
    /// <summary>
    /// The maximum number of times of a rolling window in a replica: 64. A group that continues from it gets each permit back up to the
    /// time between two of them later, and never earlier.
    /// </summary>
    internal const int MaxReplicaTimes = 64;

    /// <summary>Takes the changes of the group since the last call, for a replica.</summary>
    /// <param name="atLeast">What the counts of a bucket must survive, so that the state contains it.</param>
    /// <param name="clock">The clock of the groups.</param>
    /// <param name="replica">What has changed.</param>
    /// <returns>False if nothing has changed.</returns>
    internal bool TryTakeReplica(Survive atLeast, LimiterClock clock, out GroupReplica replica)
    {
        lock (this)
        {
            if (!HasChanges)
            {
                replica = default;
                return false;
            }

            replica = Save(atLeast, clock.Now) with { Returned = TakeChanges() };
            return true;
        }
    }

    /// <summary>As <see cref="TryTakeReplica"/>, for a storage that keeps counts over a restart. Both see each change.</summary>
    internal bool TryTakeForStorage(Survive atLeast, LimiterClock clock, out GroupReplica kept)
    {
        lock (this)
        {
            if (!HasChangesForStorage)
            {
                kept = default;
                return false;
            }

            kept = Save(atLeast, clock.Now) with { Returned = TakeForStorage() };
            return true;
        }
    }

    /// <summary>Gives changes back that <see cref="TryTakeForStorage"/> has taken, because they were not stored.</summary>
    internal void MarkNotStored(bool returned)
    {
        lock (this)
        {
            ReturnForStorage(returned);
        }
    }

    private GroupReplica Save(Survive atLeast, Instant now)
    {
        var filter = BucketFilter.Of(atLeast);
        TimeSpan reset = IsLiving ? LongestReset(filter, now) : TimeSpan.Zero;
        byte[]? state = reset > TimeSpan.Zero ? GroupSnapshot.Save(this, now, filter, MaxReplicaTimes) : null;
        return new(state, now, now + reset, CountsForAccount, Returned: true);
    }

    /// <summary>
    /// Gives changes back that <see cref="TryTakeReplica"/> has taken, because no other silo has acknowledged them. The caller keeps the
    /// group in a queue of its own; it is not added to <see cref="LivingGroups.Changes"/>.
    /// </summary>
    internal void MarkNotReplicated(bool returned)
    {
        lock (this)
        {
            ReturnChanges(returned);
        }
    }
}

/// <summary>The state of a group for a replica.</summary>
/// <param name="State">The state (<see cref="GroupSnapshot"/>); null if no such bucket is in use.</param>
/// <param name="At">The moment of the state.</param>
/// <param name="DecaysAt">The moment at which all permits of the state have decayed.</param>
/// <param name="CountsForAccount">Whether the group counts against the bound of its account.</param>
/// <param name="Returned">
/// Whether permits were returned by a reset, a cancellation or the end of a lease, so that a state that was taken before contains too many.
/// </param>
internal readonly record struct GroupReplica(byte[]? State, Instant At, Instant DecaysAt, bool CountsForAccount, bool Returned);
