namespace OrleansLimiter;

/// <summary>
/// What a bucket would be if acquisitions of it had never happened. Between two changes of its rule the algorithm can tell.
/// A change may have clamped or coarsened what came before it, so the bucket is taken back to the state from before
/// the change, and lives through what followed once more.
/// </summary>
internal static class Rollback
{
    /// <summary>Undoes one acquisition.</summary>
    public static void Undo(RecentAcquisitions recent, int index, ref Bucket bucket, Instant now)
    {
        if (IsIn(recent, bucket, index, now))
        {
            bucket.State = Rewrite(recent, bucket, index, i => i == index, keep: true, now);
        }
    }

    /// <summary>
    /// Whether a refused cost would have room if every reservation were canceled. If so, waiting until the last of them
    /// is final is long enough to ask again, whatever the window, and the reading says so.
    /// </summary>
    public static GroupNotes CheckContention(RecentAcquisitions? recent, ref Bucket bucket, int cost, ref Reading reading, Instant now)
    {
        if (recent is null || reading.Verdict == Verdict.Never)
        {
            return GroupNotes.None;
        }

        // The sum first: it is cheap, and no more than that can come back.
        (long reserved, TimeSpan final) = recent.ReservedIn(bucket.Name, now);
        int leased = recent.Leases?.Of(bucket.Name).Permits ?? 0;
        if (reading.Remaining + reserved < cost || !WithoutReservations(recent, bucket, now).Read(bucket.Rule, cost + leased, now).Allowed)
        {
            return GroupNotes.None;
        }

        if (final < reading.RetryAfter)
        {
            reading = reading with { RetryAfter = final, Next = final < reading.Next ? final : reading.Next };
        }

        return GroupNotes.Contended;
    }

    /// <summary>What the bucket would be if every reservation were canceled.</summary>
    private static BucketState WithoutReservations(RecentAcquisitions recent, Bucket bucket, Instant now)
    {
        int first = recent.FirstIn(bucket.Name);
        while (first < recent.Count && !IsUndone(first))
        {
            first++;
        }

        return first == recent.Count ? bucket.State : Rewrite(recent, bucket, first, IsUndone, keep: false, now);

        bool IsUndone(int i) =>
            recent.At(i).IsReserved(now) && recent.At(i).Touches(bucket.Name) && IsIn(recent, bucket, i, now);
    }

    private static bool IsIn(RecentAcquisitions recent, in Bucket bucket, int index, Instant now) =>
        index >= recent.FirstIn(bucket.Name) && !bucket.State.IsPast(bucket.Rule, recent.At(index).At, now);

    // Where the rewritten past is kept, so are the states before the changes in it: the next acquisition that is undone starts
    // from them. Where it is not, nothing that the bucket goes on with may be touched.
    private static BucketState Rewrite(
        RecentAcquisitions recent, in Bucket bucket, int first, Func<int, bool> isUndone, bool keep, Instant now)
    {
        List<(RuleChange Change, int Before)> changes = [.. recent.Changes(bucket.Name, first)];
        if (changes.Count == 0)
        {
            BucketState same = keep ? bucket.State : bucket.State.Clone();
            same.Undo(bucket.Rule, UndoLog(recent, bucket.Name, first, recent.Count, isUndone), now);
            return same;
        }

        (RuleChange change, int at) = changes[0];
        BucketState state = change.Before!.Clone();
        state.Undo(change.Was, UndoLog(recent, bucket.Name, first, at, isUndone), change.At);
        for (int i = 0; i < changes.Count; i++)
        {
            (change, at) = changes[i];
            if (keep)
            {
                change.Before = state.Clone();
            }

            state = state.Adopt(change.Was, change.Next, change.At);
            int until = i + 1 < changes.Count ? changes[i + 1].Before : recent.Count;
            foreach (UndoEntry entry in UndoLog(recent, bucket.Name, at, until, isUndone))
            {
                // It fitted when more had been acquired before it; only what a lease gave may not have.
                state = state.Consume(change.Next, entry.Undone ? 0 : entry.Cost, entry.At);
            }
        }

        return state;
    }

    private static UndoEntry[] UndoLog(RecentAcquisitions recent, string bucket, int from, int until, Func<int, bool> isUndone)
    {
        var log = new List<UndoEntry>();
        for (int i = from; i < until; i++)
        {
            ref RecentAcquisition acquisition = ref recent.At(i);
            bool undone = isUndone(i);
            if (acquisition.Touches(bucket))
            {
                log.Add(new(acquisition.At, undone || acquisition.Status != AcquisitionStatus.Canceled ? acquisition.Cost : 0, undone));
            }
        }

        return [.. log];
    }
}
