namespace OrleansLimiter.Decisions;

/// <summary>What a policy decides for a group that did not decide itself. Without a flag, the group does not refuse.</summary>
[Flags]
internal enum FailureTerms : byte
{
    /// <summary>The other groups decide.</summary>
    None = 0,

    /// <summary>A group that did not reply refuses: <c>on-failure: deny</c>.</summary>
    Denies = 1,

    /// <summary>A group that could not be opened because of the bound of its account refuses.</summary>
    RefusesAtAccountBound = 2,
}
