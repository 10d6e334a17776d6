namespace OrleansLimiter;

/// <summary>
/// The generation of a rule: the generation of the policy, then the version of the overrides. Of two rules for one bucket, the one with
/// the higher generation wins, so a front-end with an old policy or old overrides cannot undo a change.
/// </summary>
/// <param name="Policy">The generation of the policy file; 1 or more.</param>
/// <param name="Overrides">The version of the last change of overrides that can affect the account; 0 before any change.</param>
public readonly record struct Generation(int Policy, uint Overrides) : IComparable<Generation>
{
    /// <inheritdoc/>
    public int CompareTo(Generation other) =>
        Policy != other.Policy ? Policy.CompareTo(other.Policy) : Overrides.CompareTo(other.Overrides);
}
