namespace OrleansLimiter.Policies;

/// <summary>Who asks, as a policy reads it.</summary>
/// <param name="Account">The account that is limited.</param>
/// <param name="Attributes">
/// The values in the order of the policy's definition, null for those that are absent or at their default; null if
/// all are. Shared between requests: never written to.
/// </param>
/// <param name="UnknownValues">How many closed attributes were given a value that they do not know, and count as their default.</param>
public readonly record struct RequestIdentity(Account Account, string?[]? Attributes, int UnknownValues);
