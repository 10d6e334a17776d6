namespace OrleansLimiter;

/// <summary>
/// What a bucket would be if takes of it had never happened. Between two changes of its rule the algorithm can tell.
/// A change may have clamped or coarsened what came before it, so the bucket is taken back to the state from before
/// the change, and lives through what followed once more.
/// </summary>
internal static class Hindsight
{
    /// <summary>Undoes one take.</summary>
    public static void Undo(TakeMemory memory, int take, ref Bucket bucket, Instant now)
    {
        if (IsIn(memory, bucket, take, now))
        {
            bucket.State = Rewrite(memory, bucket, take, i => i == take, keep: true, now);
        }
    }

    /// <summary>
    /// Whether a refused cost would have room if every held take were returned. If so, waiting until the last of them
    /// is settled is long enough to ask again, whatever the window, and the reading says so.
    /// </summary>
    public static GroupNotes Contend(TakeMemory? memory, ref Bucket bucket, int cost, ref Reading reading, Instant now)
    {
        if (memory is null || reading.Verdict == Verdict.Never)
        {
            return GroupNotes.None;
        }

        // The sum first: it is cheap, and no more than that can come back.
        (long held, TimeSpan settled) = memory.HeldIn(bucket.Name, now);
        int leased = memory.Leases?.Of(bucket.Name).Permits ?? 0;
        if (reading.Remaining + held < cost || !WithoutHeld(memory, bucket, now).Read(bucket.Rule, cost + leased, now).Allowed)
        {
            return GroupNotes.None;
        }

        if (settled < reading.RetryAfter)
        {
            reading = reading with { RetryAfter = settled, Next = settled < reading.Next ? settled : reading.Next };
        }

        return GroupNotes.Contended;
    }

    /// <summary>What the bucket would be if every held take were returned.</summary>
    private static BucketState WithoutHeld(TakeMemory memory, Bucket bucket, Instant now)
    {
        int first = memory.FirstIn(bucket.Name);
        while (first < memory.Count && !IsUndone(first))
        {
            first++;
        }

        return first == memory.Count ? bucket.State : Rewrite(memory, bucket, first, IsUndone, keep: false, now);

        bool IsUndone(int i) =>
            memory.At(i).IsHeld(now) && memory.At(i).Touches(bucket.Name) && IsIn(memory, bucket, i, now);
    }

    private static bool IsIn(TakeMemory memory, in Bucket bucket, int take, Instant now) =>
        take >= memory.FirstIn(bucket.Name) && !bucket.State.IsPast(bucket.Rule, memory.At(take).At, now);

    // Where the rewritten past is kept, so are the states before the changes in it: the next take that is undone starts
    // from them. Where it is not, nothing that the bucket goes on with may be touched.
    private static BucketState Rewrite(
        TakeMemory memory, in Bucket bucket, int first, Func<int, bool> isUndone, bool keep, Instant now)
    {
        List<(RuleChange Change, int Before)> changes = [.. memory.Changes(bucket.Name, first)];
        if (changes.Count == 0)
        {
            BucketState same = keep ? bucket.State : bucket.State.Clone();
            same.Undo(bucket.Rule, Story(memory, bucket.Name, first, memory.Count, isUndone), now);
            return same;
        }

        (RuleChange change, int at) = changes[0];
        BucketState state = change.Before!.Clone();
        state.Undo(change.Was, Story(memory, bucket.Name, first, at, isUndone), change.At);
        for (int i = 0; i < changes.Count; i++)
        {
            (change, at) = changes[i];
            if (keep)
            {
                change.Before = state.Clone();
            }

            state = state.Adopt(change.Was, change.Next, change.At);
            int until = i + 1 < changes.Count ? changes[i + 1].Before : memory.Count;
            foreach (Portion portion in Story(memory, bucket.Name, at, until, isUndone))
            {
                // It fitted when more had been taken before it; only what a lease gave may not have.
                state = state.Consume(change.Next, portion.Undone ? 0 : portion.Cost, portion.At);
            }
        }

        return state;
    }

    private static Portion[] Story(TakeMemory memory, string bucket, int from, int until, Func<int, bool> isUndone)
    {
        var story = new List<Portion>();
        for (int i = from; i < until; i++)
        {
            ref RememberedTake take = ref memory.At(i);
            bool undone = isUndone(i);
            if (take.Touches(bucket))
            {
                story.Add(new(take.At, undone || take.Status != TakeStatus.Returned ? take.Cost : 0, undone));
            }
        }

        return [.. story];
    }
}
