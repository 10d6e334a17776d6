namespace OrleansLimiter;

/// <summary>The outcome of an operation.</summary>
public enum GroupOutcome : byte
{
    /// <summary>Every bucket gave (or, for a reading, would give).</summary>
    Allowed = 0,

    /// <summary>At least one bucket refused; nothing was acquired from any.</summary>
    Refused = 1,

    /// <summary>The group could not be asked: <c>on-failure</c> decides. There are no readings.</summary>
    Unavailable = 2,
}

/// <summary>What a group noticed while it answered; the front-end counts these.</summary>
[Flags]
public enum GroupNotes : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Refused only because of reservations of others, which may yet be cancelled.</summary>
    Contended = 1,

    /// <summary>The caller's rule was older than the bucket's; the bucket's was used.</summary>
    StaleGeneration = 2,

    /// <summary>The same generation came with other content; the stricter was used.</summary>
    RuleConflict = 4,

    /// <summary>Unavailable because the bound on living groups is reached.</summary>
    TooManyGroups = 8,

    /// <summary>
    /// Added by the limiter: the group could not be asked, and the fallback store, with a share of the
    /// limits, has answered.
    /// </summary>
    Fallback = 16,
}

/// <summary>A group's answer.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Notes">What was noticed.</param>
/// <param name="Readings">One reading for each rule, in order; empty when unavailable.</param>
public readonly record struct GroupReply(GroupOutcome Outcome, GroupNotes Notes, Readings Readings)
{
    /// <summary>A refusal that reservations alone caused: worth asking once more, never worth remembering.</summary>
    public bool Contended => (Notes & GroupNotes.Contended) != 0;

    /// <summary>The answer of a group that could not be asked.</summary>
    public static GroupReply Unavailable(GroupNotes notes = GroupNotes.None) =>
        new(GroupOutcome.Unavailable, notes, default);
}
