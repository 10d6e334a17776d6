namespace OrleansLimiter;

public partial class BucketGroupEntry
{
    /// <summary>
    /// Ends the group and returns its state, in one step, so that nothing is counted afterwards that the state does not contain.
    /// </summary>
    /// <param name="groups">The bound that the group counts against.</param>
    /// <param name="countsForAccount">Whether the group counted against the bound of its account.</param>
    /// <returns>The state (<see cref="GroupSnapshot"/>) as it is now; null if the group is not living.</returns>
    internal byte[]? TryHandOver(LivingGroups groups, out bool countsForAccount) =>
        TryHandOver(groups, out countsForAccount, out _, out _);

    /// <summary>
    /// As the other overload, with the part of the state that a storage must keep over a restart, and the names of its buckets; null if
    /// there are none.
    /// </summary>
    internal byte[]? TryHandOver(LivingGroups groups, out bool countsForAccount, out GroupReplica kept, out string[]? keptBuckets)
    {
        lock (this)
        {
            countsForAccount = CountsForAccount;
            Instant now = groups.Clock.Now;
            (kept, keptBuckets) = (Save(Survive.Restart, now), NamesOfKept());
            byte[]? state = IsLiving ? GroupSnapshot.Save(this, now) : null;
            End(groups, swept: false);
            return state;
        }
    }

    /// <summary>
    /// Continues a group that was handed over. If this group has been used meanwhile, the permits that were consumed before the hand-over
    /// are added to its own. The next sweep can end the group if the state has decayed.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="savedAt">The moment of the state, on the clock of this process.</param>
    /// <param name="countsForAccount">
    /// Whether the group counts against the bound of its account. It counts even if the bound is reached, because no group that lives
    /// already is lost for it.
    /// </param>
    /// <param name="groups">The bound that the group counts against.</param>
    /// <param name="keptBuckets">The names of the buckets whose counts survive a restart of all silos; null for none.</param>
    /// <returns>False, without effect, if the group has ended, or if the bound is reached.</returns>
    /// <exception cref="FormatException">The bytes are damaged, or have an unsupported version. Nothing has changed.</exception>
    internal bool TryReceive(
        byte[] state, Instant savedAt, bool countsForAccount, LivingGroups groups, string[]? keptBuckets = null) =>
        TryContinue(state, savedAt, countsForAccount, groups, keptBuckets, static (own, before, now) => own.Add(before, now));

    /// <summary>
    /// As <see cref="TryReceive"/>, for a state that was kept elsewhere while its group went on. If this group has been used meanwhile, the
    /// state is merged (<see cref="BucketGroup.Merge"/>), because the group may contain its permits already.
    /// </summary>
    internal bool TryMerge(
        byte[] state, Instant savedAt, bool countsForAccount, LivingGroups groups, string[]? keptBuckets = null) =>
        TryContinue(state, savedAt, countsForAccount, groups, keptBuckets, static (own, kept, now) => own.Merge(kept, now));

    private bool TryContinue(
        byte[] state, Instant savedAt, bool countsForAccount, LivingGroups groups, string[]? keptBuckets,
        Action<BucketGroup, BucketGroup, Instant> unite)
    {
        Func<GroupRules, GroupRules>? share = keptBuckets is null ? null : rules => rules.Keeping(keptBuckets);
        lock (this)
        {
            if (_due == Ended)
            {
                return false;
            }

            Instant now = groups.Clock.Now;
            if (!IsLiving)
            {
                GroupSnapshot.Restore(this, state, savedAt, share);
                MarkChanged();
                bool opened = TryOpen(groups, now, countsForAccount ? int.MaxValue : 0) == GroupNotes.None;
                Queue(groups.Changes);
                return opened;
            }

            var before = new BucketGroup();
            GroupSnapshot.Restore(before, state, savedAt, share);
            unite(this, before, now);
            CountBuckets(groups);
            Queue(groups.Changes);
            Volatile.Write(ref _due, now.Ticks);
            return true;
        }
    }
}
