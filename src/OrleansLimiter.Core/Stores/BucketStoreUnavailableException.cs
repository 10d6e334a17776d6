namespace OrleansLimiter;

/// <summary>
/// Administration could not reach all the groups of an account. Only for <see cref="IBucketStore.UsageAsync"/> and
/// <see cref="IBucketStore.ResetAsync"/>: a partial list would be taken for the whole. Decisions have
/// <see cref="GroupOutcome.Unavailable"/> instead.
/// </summary>
/// <param name="message">For people: which part could not be asked, and why, as one sentence without a full stop.</param>
/// <param name="cause">The failure; null where there was no answer at all.</param>
public sealed class BucketStoreUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
