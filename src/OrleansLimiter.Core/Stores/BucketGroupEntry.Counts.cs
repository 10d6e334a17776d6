namespace OrleansLimiter;

public partial class BucketGroupEntry
{
    /// <summary>Takes the changes of the group since the last call, with the state that they have led to.</summary>
    /// <param name="keeps">Which buckets are kept, by name.</param>
    /// <param name="clock">The clock of the groups.</param>
    /// <param name="state">The state (<see cref="GroupSnapshot"/>) as it is now; null if no kept bucket is in use.</param>
    /// <param name="at">The moment of the state.</param>
    /// <param name="countsForAccount">Whether the group counts against the bound of its account.</param>
    /// <returns>Whether permits were returned, so that a state that was taken before would contain too many.</returns>
    internal bool TakeState(
        Func<string, bool> keeps, LimiterClock clock, out byte[]? state, out Instant at, out bool countsForAccount)
    {
        lock (this)
        {
            countsForAccount = CountsForAccount;
            at = clock.Now;
            var filter = new BucketFilter(keeps);
            state = IsLiving && LongestReset(filter, at) > TimeSpan.Zero ? GroupSnapshot.Save(this, at, filter) : null;
            return TakeChanges();
        }
    }

    /// <summary>Makes the next pass take the state of the group.</summary>
    internal void TakeAgain()
    {
        lock (this)
        {
            MarkChanged();
        }
    }

    /// <summary>Continues a group of an earlier process, in an entry that nobody uses yet.</summary>
    /// <remarks>It counts even if the bound of its account is reached, as a group that was handed over.</remarks>
    /// <exception cref="FormatException">The bytes are damaged, or have an unsupported version.</exception>
    internal RestoreOutcome TryContinue(
        byte[] state, Instant savedAt, bool countsForAccount, Func<string, bool> keeps, RulesPool rules, LivingGroups groups)
    {
        lock (this)
        {
            GroupSnapshot.Restore(this, state, savedAt, rules.Share);
            Instant now = groups.Clock.Now;
            return !Retain(new(keeps), now) ? RestoreOutcome.Decayed
                : TryOpen(groups, now, countsForAccount ? int.MaxValue : 0) == GroupNotes.None ? RestoreOutcome.Restored
                : RestoreOutcome.BoundReached;
        }
    }
}

/// <summary>What became of the state of a group.</summary>
internal enum RestoreOutcome
{
    /// <summary>The group is living.</summary>
    Restored,

    /// <summary>No permits that are kept are in use any more.</summary>
    Decayed,

    /// <summary>The bound on living groups, or on their memory, is reached.</summary>
    BoundReached,
}
