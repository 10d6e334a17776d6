namespace OrleansLimiter.Decisions;

/// <summary>
/// Stores overrides, in a file on one machine or in the storage of a cluster. Decisions only read <see cref="Current"/>; administration
/// makes changes.
/// </summary>
public interface IOverrides
{
    /// <summary>The tables in force. Reading the property never waits for a change.</summary>
    OverrideTables Current { get; }

    /// <summary>
    /// Sets a valid override (see <see cref="Override.Validate"/>), or replaces the one for the same account, limit and condition. The
    /// override is stored durably before it comes into force, and is in force when the call returns.
    /// </summary>
    /// <returns>The stored override, with <see cref="Override.SetAt"/>, or the error.</returns>
    /// <exception cref="OverridesUnavailableException">The override could not be stored; the tables are unchanged.</exception>
    ValueTask<OverrideReply> SetAsync(Override change);

    /// <summary>Removes all overrides of a limit for an account, whatever their conditions.</summary>
    /// <returns>The number of overrides that were in force and are removed.</returns>
    /// <exception cref="OverridesUnavailableException">The change could not be stored; the tables are unchanged.</exception>
    ValueTask<int> RemoveAsync(Account account, string policy, string limit);
}

/// <summary>The result of setting an override. Exactly one of the two values is null.</summary>
/// <param name="Kept">The stored override.</param>
/// <param name="Error">The error.</param>
public sealed record OverrideReply(Override? Kept, OverrideError? Error);

/// <summary>
/// Thrown if a change of overrides could not be stored because of an outage. The overrides in force stay in force. If only the reply of
/// a cluster was lost, the change may come into force later. Trying again is safe.
/// </summary>
/// <param name="message">What failed, and why.</param>
/// <param name="cause">The exception of the storage; null if there is none.</param>
public sealed class OverridesUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
