namespace OrleansLimiter;

/// <summary>The outcome of an operation.</summary>
public enum GroupOutcome : byte
{
    /// <summary>Every bucket admitted the cost or, for a read, would admit it.</summary>
    Allowed = 0,

    /// <summary>At least one bucket refused. No permits were acquired.</summary>
    Refused = 1,

    /// <summary>The group did not reply: <c>on-failure</c> decides. There are no readings.</summary>
    Unavailable = 2,
}

/// <summary>Conditions that occurred while a group executed an operation. The front-end counts them.</summary>
[Flags]
public enum GroupNotes : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Refused only because of reservations of other requests, which may be canceled.</summary>
    Contended = 1,

    /// <summary>The rule of the request was older than the rule of the bucket. The rule of the bucket was used.</summary>
    StaleGeneration = 2,

    /// <summary>Two rules had the same generation but different content. The stricter rule was used.</summary>
    RuleConflict = 4,

    /// <summary>Unavailable because the bound on living groups is reached.</summary>
    TooManyGroups = 8,

    /// <summary>
    /// Added by the limiter: the group did not reply, and the fallback store replied with a share of the limits.
    /// </summary>
    Fallback = 16,

    /// <summary>
    /// Unavailable because the account has its maximum number of living groups, or the group its maximum number of buckets. Nothing was
    /// acquired, also not by the other groups of a joint acquisition.
    /// </summary>
    TooManyGroupsOfAccount = 32,
}

/// <summary>The reply of a bucket group.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Notes">Conditions that occurred.</param>
/// <param name="Readings">One reading for each rule, in order; empty when unavailable.</param>
public readonly record struct GroupReply(GroupOutcome Outcome, GroupNotes Notes, Readings Readings)
{
    /// <summary>Whether only reservations caused the refusal. Ask once more; never cache such a refusal.</summary>
    public bool Contended => (Notes & GroupNotes.Contended) != 0;

    /// <summary>Creates the reply of a group that did not reply.</summary>
    public static GroupReply Unavailable(GroupNotes notes = GroupNotes.None) =>
        new(GroupOutcome.Unavailable, notes, default);
}
