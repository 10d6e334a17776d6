namespace OrleansLimiter;

/// <summary>
/// How new a rule is: first the policy's own generation, then the version of the overrides that went into it.
/// Between two rules for one bucket the higher generation wins, so that a front-end with an old policy or an old
/// table of overrides cannot undo a change.
/// </summary>
/// <param name="Policy">The generation of the policy file; 1 or more.</param>
/// <param name="Overrides">The version of the last change of overrides that may concern this account; 0 before any.</param>
public readonly record struct Generation(int Policy, uint Overrides) : IComparable<Generation>
{
    /// <inheritdoc/>
    public int CompareTo(Generation other) =>
        Policy != other.Policy ? Policy.CompareTo(other.Policy) : Overrides.CompareTo(other.Overrides);
}
