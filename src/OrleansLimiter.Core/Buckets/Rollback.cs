namespace OrleansLimiter;

/// <summary>
/// Computes the state of a bucket without some of its acquisitions. Between two changes of the rule, the algorithm can undo them. A
/// change can lose information, so the bucket goes back to the state before the change, and what followed is applied again.
/// </summary>
internal static class Rollback
{
    /// <summary>Undoes one acquisition.</summary>
    public static void Undo(RecentAcquisitions recent, int index, ref Bucket bucket, Instant now)
    {
        if (IsIn(recent, bucket, index, now))
        {
            bucket.State = Rewrite(recent, bucket, index, i => i == index, isFinal: true, now);
        }
    }

    /// <summary>
    /// Checks whether a refused cost would be allowed if every reservation were canceled. If so, the retry-after of the reading is at
    /// most the time until the last reservation is final.
    /// </summary>
    public static GroupNotes CheckContention(RecentAcquisitions? recent, ref Bucket bucket, int cost, ref Reading reading, Instant now)
    {
        if (recent is null || reading.Verdict == Verdict.Never)
        {
            return GroupNotes.None;
        }

        // The sum is checked first, because it is cheap and canceling reservations frees at most that many permits.
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

    /// <summary>The state if every reservation were canceled.</summary>
    private static BucketState WithoutReservations(RecentAcquisitions recent, Bucket bucket, Instant now)
    {
        int first = recent.FirstIn(bucket.Name);
        while (first < recent.Count && !IsUndone(first))
        {
            first++;
        }

        return first == recent.Count ? bucket.State : Rewrite(recent, bucket, first, IsUndone, isFinal: false, now);

        bool IsUndone(int i) => recent.At(i).IsReserved(now) && recent.At(i).Touches(bucket.Name) && IsIn(recent, bucket, i, now);
    }

    private static bool IsIn(RecentAcquisitions recent, in Bucket bucket, int index, Instant now) =>
        index >= recent.FirstIn(bucket.Name) && !bucket.State.IsPast(bucket.Rule, recent.At(index).At, now);

    // If the result is final, the states before later changes are replaced as well, because the next undo starts from them. Otherwise
    // no state of the bucket is changed.
    private static BucketState Rewrite(
        RecentAcquisitions recent, in Bucket bucket, int first, Func<int, bool> isUndone, bool isFinal, Instant now)
    {
        List<(RuleChange Change, int Next)> changes = [.. recent.Changes(bucket.Name, first)];
        if (changes.Count == 0)
        {
            BucketState same = isFinal ? bucket.State : bucket.State.Clone();
            same.Undo(bucket.Rule, UndoLog(recent, bucket.Name, first, recent.Count, isUndone), now);
            return same;
        }

        (RuleChange change, int at) = changes[0];
        BucketState state = change.Before!.Clone();
        state.Undo(change.Was, UndoLog(recent, bucket.Name, first, at, isUndone), change.At);
        for (int i = 0; i < changes.Count; i++)
        {
            (change, at) = changes[i];
            if (isFinal)
            {
                change.Before = state.Clone();
            }

            state = state.Adopt(change.Was, change.Next, change.At);
            int until = i + 1 < changes.Count ? changes[i + 1].Next : recent.Count;
            foreach (UndoEntry entry in UndoLog(recent, bucket.Name, at, until, isUndone))
            {
                // Only permits of a lease can exceed the remaining ones, because the others were acquired from a fuller bucket.
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
