namespace OrleansLimiter;

/// <summary>
/// The numbers that one bucket remembers. Every method is a pure function of them and its arguments: the rule is
/// given, the time is given, nothing is read from outside. One owner; for one state time never goes back.
/// </summary>
internal abstract class BucketState
{
    /// <summary>What the bucket says to a cost, nothing acquired.</summary>
    public abstract Reading Read(Rule rule, int cost, Instant now);

    /// <summary>
    /// Acquires all of the cost or nothing, and reads the bucket after it: right where the reading is wanted, because
    /// copying what was just written is a wait for the memory on the decision path.
    /// </summary>
    public abstract void Acquire(Rule rule, int cost, Instant now, out Reading reading);

    /// <summary>
    /// Acquires what was used already, whether it has room or not: beyond the capacity it is clamped. Returned is the state to
    /// go on with.
    /// </summary>
    public BucketState Consume(Rule rule, int permits, Instant at)
    {
        Acquire(rule, permits, at, out Reading reading);
        return reading.Allowed ? this : FillUp(rule, permits, at);
    }

    /// <summary>Until the bucket is full again if so many more, which have room, are used at a later moment.</summary>
    public abstract TimeSpan ResetWith(Rule rule, int permits, Instant later, Instant now);

    /// <summary>Until a bucket that is used up now is full again, the longest that any reading tells.</summary>
    public virtual TimeSpan LongestReset(Rule rule) => rule.Window;

    /// <summary>
    /// Undoes acquisitions, as if they had never happened, as far as time has not moved on. <paramref name="undoLog"/> is what
    /// this state gave since the first of them and still remembers, oldest first.
    /// </summary>
    public abstract void Undo(Rule rule, ReadOnlySpan<UndoEntry> undoLog, Instant now);

    /// <summary>Whether time has moved on so far that an acquisition made then can no longer be undone.</summary>
    public virtual bool IsPast(Rule rule, Instant at, Instant now) => false;

    /// <summary>Whether the bucket is as good as new.</summary>
    public abstract bool IsEmpty(Rule rule, Instant now);

    /// <summary>
    /// The state under another rule: what is remembered is kept, clamped to a smaller capacity; another algorithm
    /// starts fresh. This one is not changed; it is the answer where nothing needs to be.
    /// </summary>
    public BucketState Adopt(Rule current, Rule next, Instant now) =>
        next.Algorithm == current.Algorithm ? AdoptSame(current, next, now) : Fresh(next);

    /// <summary>The same numbers, to go on with apart from these.</summary>
    public virtual BucketState Clone() => (BucketState)MemberwiseClone();

    /// <summary>Writes the numbers, times as ages before <paramref name="now"/>.</summary>
    public abstract void Write(BinaryWriter writer, Rule rule, Instant now);

    /// <summary>The state of an unused bucket.</summary>
    public static BucketState Fresh(Rule rule) => AlgorithmDescriptor.Of(rule.Algorithm).Fresh(rule);

    /// <summary>Reads what <see cref="Write"/> wrote. The reader has checked the rule.</summary>
    /// <exception cref="FormatException">The bytes are not a state of this rule.</exception>
    public static BucketState Read(BinaryReader reader, Rule rule, Instant now) =>
        AlgorithmDescriptor.Of(rule.Algorithm).Read(reader, rule, now);

    /// <summary>The state under another rule of the same algorithm.</summary>
    protected abstract BucketState AdoptSame(Rule current, Rule next, Instant now);

    /// <summary>Acquires what has no room: nothing remains after it.</summary>
    protected abstract BucketState FillUp(Rule rule, int permits, Instant at);

    /// <summary>What an unused bucket says.</summary>
    public static Reading Untouched(Rule rule, int cost) => new(
        rule.Capacity, rule.Capacity, rule.Window, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero,
        cost <= rule.Capacity ? Verdict.Allowed : Verdict.Never);
}

/// <summary>An acquisition as an algorithm sees it, and whether it is to be undone.</summary>
internal readonly record struct UndoEntry(Instant At, int Cost, bool Undone = false);
