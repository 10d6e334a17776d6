namespace OrleansLimiter.Decisions;

/// <summary>
/// Where overrides are kept: a file on one machine, a cluster's storage on many. Decisions only ever look at
/// <see cref="Current"/>; changes are for administration.
/// </summary>
public interface IOverrides
{
    /// <summary>The tables in force. Reading them costs a memory access, also while a change is under way.</summary>
    OverrideTables Current { get; }

    /// <summary>
    /// Sets an override, or replaces the one for the same account, limit and condition. It is kept for good before it
    /// comes into force, and in force when this returns.
    /// </summary>
    /// <param name="change">The override, without <see cref="Override.Validate"/>; when it was set is filled in.</param>
    /// <returns>The override as it is kept, or why it is refused.</returns>
    /// <exception cref="OverridesUnavailableException">It could not be kept; the tables are as they were.</exception>
    ValueTask<OverrideReply> SetAsync(Override change);

    /// <summary>Removes all overrides of a limit for an account, whatever their conditions.</summary>
    /// <returns>How many were in force; 0 changes nothing.</returns>
    /// <exception cref="OverridesUnavailableException">The change could not be kept; the tables are as they were.</exception>
    ValueTask<int> RemoveAsync(Account account, string policy, string limit);
}

/// <summary>What became of an override that was to be set: one of the two is null.</summary>
/// <param name="Kept">The override as it is kept.</param>
/// <param name="Error">Why it is refused.</param>
public sealed record OverrideReply(Override? Kept, OverrideError? Error);

/// <summary>
/// A change of overrides could not be kept: an outage, not a mistake of the caller. What was in force still is; where only
/// the answer was lost on its way through a cluster, the change may come into force later. Trying again is safe.
/// </summary>
/// <param name="message">What could not be done, and why.</param>
/// <param name="cause">What the place where overrides are kept said; null where it said nothing.</param>
public sealed class OverridesUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
