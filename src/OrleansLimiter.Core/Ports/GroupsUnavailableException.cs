namespace OrleansLimiter;

/// <summary>
/// Administration could not reach all the groups of an account. Only for <see cref="IGroups.UsageAsync"/> and
/// <see cref="IGroups.ResetAsync"/>: half a list would be taken for the whole. Decisions have
/// <see cref="GroupOutcome.Unavailable"/> instead.
/// </summary>
/// <param name="message">For people: which part could not be asked, and why, as one sentence without a full stop.</param>
/// <param name="cause">What the engine met; null where there was nothing but silence.</param>
public sealed class GroupsUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
