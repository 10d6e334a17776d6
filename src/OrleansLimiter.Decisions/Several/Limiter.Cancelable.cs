namespace OrleansLimiter.Decisions;

// Decisions that a caller may undo, because something else refuses the request afterwards.
public sealed partial class Limiter
{
    /// <summary>
    /// Decides several requests together, as <see cref="CheckAllAsync(ReadOnlyMemory{LimitCall})"/>, and can give back what they acquire.
    /// The groups remember the acquisition, which costs time and memory.
    /// </summary>
    /// <param name="calls">The requests. They must not be changed before the result is there.</param>
    /// <param name="acquisition">Receives the acquisition.</param>
    internal ValueTask<Decision[]> CheckAllAsync(ReadOnlyMemory<LimitCall> calls, CancelableAcquisition acquisition)
    {
        MergedCalls merged = Merge(calls);
        return merged.IsEmpty ? CheckAllAsync(calls) : DecideMergedAsync(merged, ShortestDeadline(calls.Span, _deadline), acquisition);
    }
}

/// <summary>What a decision has acquired, for a caller that may give it back.</summary>
internal sealed class CancelableAcquisition
{
    /// <summary>The acquisition; null if nothing was asked.</summary>
    public MultiGroupAcquisition? Of { get; set; }

    /// <summary>
    /// Cancels the acquisition, as if it had never been made, and does not wait for it. Has no effect if the requests were refused, after a
    /// cancellation, and after <see cref="BucketGroup.IdempotencyWindow"/>.
    /// </summary>
    public void Cancel() => Of?.Undo();
}
