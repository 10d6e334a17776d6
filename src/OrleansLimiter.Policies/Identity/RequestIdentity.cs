namespace OrleansLimiter.Policies;

/// <summary>The identity of a caller, as a policy reads it.</summary>
/// <param name="Account">The account that is limited.</param>
/// <param name="Attributes">
/// The values in the order of the policy's definition; null for a value that is absent or the default; null if all are. Requests
/// share the array, so it is never written to.
/// </param>
/// <param name="UnknownValues">How many closed attributes had an unknown value, which counts as the default.</param>
public readonly record struct RequestIdentity(Account Account, string?[]? Attributes, int UnknownValues);
