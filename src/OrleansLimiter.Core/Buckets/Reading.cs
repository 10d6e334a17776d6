namespace OrleansLimiter;

/// <summary>Whether a bucket admits a cost.</summary>
public enum Verdict : byte
{
    /// <summary>The cost is (or was) admitted.</summary>
    Allowed = 0,

    /// <summary>Not enough permits remain now; there will be enough after <see cref="Reading.RetryAfter"/>.</summary>
    Wait = 1,

    /// <summary>The cost is above the capacity: waiting does not help.</summary>
    Never = 2,
}

/// <summary>The reading of one bucket at one moment.</summary>
/// <param name="Limit">The capacity: permits, or the burst of a token bucket.</param>
/// <param name="Remaining">The permits that can be acquired now; rounded down, never negative.</param>
/// <param name="Window">The window of the rule in force.</param>
/// <param name="Next">
/// The time until <see cref="Remaining"/> grows, if no caller acquires meanwhile; zero when the bucket is full. Never more than <see
/// cref="Reset"/>.
/// </param>
/// <param name="Reset">
/// The time until the bucket is full again, if no caller acquires meanwhile; zero when it is full. Never more than the window of a
/// rolling or fixed window, and never more than an empty leaky or token bucket takes to fill.
/// </param>
/// <param name="RetryAfter">
/// With <see cref="Verdict.Wait"/>: the exact time after which the cost is admitted, if no other caller acquires meanwhile. Otherwise
/// zero.
/// </param>
/// <param name="Verdict">Whether the cost is admitted.</param>
public readonly record struct Reading(
    int Limit, int Remaining, TimeSpan Window, TimeSpan Next, TimeSpan Reset, TimeSpan RetryAfter, Verdict Verdict)
{
    /// <summary>Whether the cost is (or was) admitted.</summary>
    public bool Allowed => Verdict == Verdict.Allowed;
}
