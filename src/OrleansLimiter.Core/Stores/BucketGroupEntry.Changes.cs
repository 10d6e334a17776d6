using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace OrleansLimiter;

// A group that has changed adds itself to a queue, so that nobody must look at all groups. It is added once until its changes are taken,
// under its own lock.
public partial class BucketGroupEntry
{
    /// <summary>
    /// Makes the next <see cref="TryTakeReplica"/> return the group, for example because its replica was lost. A group that is not living
    /// has nothing to replicate.
    /// </summary>
    internal void MarkChanged(LivingGroups groups)
    {
        lock (this)
        {
            if (IsLiving)
            {
                MarkChanged();
                Queue(groups.Changes);
            }
        }
    }

    private bool TryAcquire(
        GroupRules rules, int cost, LimiterClock clock, LivingGroups? groups, out Reading reading)
    {
        lock (this)
        {
            Instant now = clock.Now;
            if (!IsLiving || groups?.IsFenced(now) == true || !TryAcquire(rules, cost, now, out reading))
            {
                reading = default;
                return false;
            }

            KeepUntil(now + reading.Reset);
            Queue(groups?.Changes);
            return true;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Queue(ConcurrentQueue<BucketGroupEntry>? changes)
    {
        if (changes is not null && IsLiving && TryQueue())
        {
            changes.Enqueue(this);
        }
    }
}
