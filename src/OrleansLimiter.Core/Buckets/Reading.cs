namespace OrleansLimiter;

/// <summary>What a bucket says to one cost at one moment.</summary>
public enum Verdict : byte
{
    /// <summary>There is (or was) room.</summary>
    Allowed = 0,

    /// <summary>No room now; there will be after <see cref="Reading.RetryAfter"/>.</summary>
    Wait = 1,

    /// <summary>The cost is above the capacity: waiting does not help.</summary>
    Never = 2,
}

/// <summary>One bucket at one moment.</summary>
/// <param name="Limit">The capacity: permits, or the burst of a token bucket.</param>
/// <param name="Remaining">What can be acquired now; floored, never negative.</param>
/// <param name="Window">The window of the rule in force.</param>
/// <param name="Next">
/// Until <see cref="Remaining"/> grows, if no caller acquires meanwhile; zero when the bucket is full. Never more than
/// <see cref="Reset"/>.
/// </param>
/// <param name="Reset">
/// Until the bucket is full again, if no caller acquires meanwhile; zero when it is. Never more than the window of a rolling or fixed
/// window, and never more than an empty leaky or token bucket takes to fill.
/// </param>
/// <param name="RetryAfter">
/// With <see cref="Verdict.Wait"/>: waiting exactly this is enough, if no other caller acquires meanwhile. Else zero.
/// </param>
/// <param name="Verdict">Whether the cost that was asked for has room.</param>
public readonly record struct Reading(
    int Limit, int Remaining, TimeSpan Window, TimeSpan Next, TimeSpan Reset, TimeSpan RetryAfter, Verdict Verdict)
{
    /// <summary>Whether there is (or was) room.</summary>
    public bool Allowed => Verdict == Verdict.Allowed;
}
