namespace OrleansLimiter;

/// <summary>
/// Thrown by <see cref="IBucketStore.UsageAsync"/> and <see cref="IBucketStore.ResetAsync"/> if not all groups of an account could be
/// reached, because a partial result would look complete. Decisions use <see cref="GroupOutcome.Unavailable"/> instead.
/// </summary>
/// <param name="message">The part that could not be reached, and why: one sentence without a full stop.</param>
/// <param name="cause">The exception; null if there was no reply.</param>
public sealed class BucketStoreUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
