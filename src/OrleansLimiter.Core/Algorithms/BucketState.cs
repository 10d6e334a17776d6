namespace OrleansLimiter;

/// <summary>
/// The state of one bucket. Every method depends only on the state and its arguments; the rule and the time are arguments. A state has
/// one owner, and the time passed to it never decreases.
/// </summary>
internal abstract class BucketState
{
    /// <summary>The memory of the state in bytes, on a 64-bit system. The default is that of a level or a number, and a time.</summary>
    public virtual int Bytes => 32;

    /// <summary>Reads the bucket for a cost without acquiring.</summary>
    public abstract Reading Read(Rule rule, int cost, Instant now);

    /// <summary>Whether an acquisition would be allowed.</summary>
    public abstract bool Admits(Rule rule, int cost, Instant now);

    /// <summary>
    /// Acquires the whole cost or nothing, and reads the bucket afterwards. The reading is written in place, because copying a value
    /// that was just written stalls on the decision path.
    /// </summary>
    public abstract void Acquire(Rule rule, int cost, Instant now, out Reading reading);

    /// <summary>Acquires permits that are already used, even if fewer remain; then none remain. Returns the new state.</summary>
    public BucketState Consume(Rule rule, int permits, Instant at)
    {
        Acquire(rule, permits, at, out Reading reading);
        return reading.Allowed ? this : FillUp(rule, permits, at);
    }

    /// <summary>The time until all permits are available again if further permits, which remain, are acquired at a later moment.</summary>
    public abstract TimeSpan ResetWith(Rule rule, int permits, Instant later, Instant now);

    /// <summary>The longest reset of any reading: the time until all permits of an exhausted bucket are available again.</summary>
    public virtual TimeSpan LongestReset(Rule rule) => rule.Window;

    /// <summary>
    /// Undoes acquisitions as if they had never happened. <paramref name="undoLog"/> lists the remembered acquisitions of this
    /// state since the first one to undo, oldest first.
    /// </summary>
    public abstract void Undo(Rule rule, ReadOnlySpan<UndoEntry> undoLog, Instant now);

    /// <summary>Whether an acquisition of that moment is too old to be undone.</summary>
    public virtual bool IsPast(Rule rule, Instant at, Instant now) => false;

    /// <summary>Whether the bucket has decayed: it equals an unused bucket.</summary>
    public abstract bool IsEmpty(Rule rule, Instant now);

    /// <summary>
    /// Returns the state under another rule. Consumed permits are kept, clamped to a smaller capacity; another algorithm starts with an
    /// unused bucket. This state is not changed; it is returned if no change is needed.
    /// </summary>
    public BucketState Adopt(Rule current, Rule next, Instant now) =>
        next.Algorithm == current.Algorithm ? AdoptSame(current, next, now) : Fresh(next);

    /// <summary>
    /// Returns the state that has at least the larger consumption of this state and another state of the same rule, at every later moment,
    /// and no more than needed. The result does not depend on the order of several states, nor on how often one is merged. The states
    /// themselves are not changed; this one is returned if it is the result.
    /// </summary>
    public abstract BucketState Merge(Rule rule, BucketState other, Instant now);

    /// <summary>Returns an independent copy.</summary>
    public virtual BucketState Clone() => (BucketState)MemberwiseClone();

    /// <summary>Writes the state; times are written as ages before <paramref name="now"/>.</summary>
    public abstract void Write(BinaryWriter writer, Rule rule, Instant now);

    /// <summary>
    /// As <see cref="Write"/>, with at most so many times: several acquisitions have the time of the newest one, so never too few count.
    /// </summary>
    public virtual void WriteAtMost(BinaryWriter writer, Rule rule, Instant now, int maxTimes) => Write(writer, rule, now);

    /// <summary>The state of an unused bucket.</summary>
    public static BucketState Fresh(Rule rule) => AlgorithmDescriptor.Of(rule.Algorithm).Fresh(rule);

    /// <summary>Reads the output of <see cref="Write"/>. The caller has validated the rule.</summary>
    /// <exception cref="FormatException">The bytes are not a state of this rule.</exception>
    public static BucketState Read(BinaryReader reader, Rule rule, Instant now) =>
        AlgorithmDescriptor.Of(rule.Algorithm).Read(reader, rule, now);

    /// <summary>The state under another rule of the same algorithm.</summary>
    protected abstract BucketState AdoptSame(Rule current, Rule next, Instant now);

    /// <summary>Acquires a cost above the remaining permits, so that none remain. Returns the new state.</summary>
    protected abstract BucketState FillUp(Rule rule, int permits, Instant at);

    /// <summary>The reading of an unused bucket.</summary>
    public static Reading Untouched(Rule rule, int cost) => new(
        rule.Capacity, rule.Capacity, rule.Window, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero,
        VerdictOf(rule, cost, rule.Capacity));

    /// <summary>The verdict on a cost when <paramref name="remaining"/> permits can be acquired.</summary>
    protected static Verdict VerdictOf(Rule rule, int cost, int remaining) =>
        cost <= remaining ? Verdict.Allowed : cost <= rule.Capacity ? Verdict.Wait : Verdict.Never;
}

/// <summary>An acquisition of one bucket, and whether to undo it.</summary>
internal readonly record struct UndoEntry(Instant At, int Cost, bool Undone = false);
