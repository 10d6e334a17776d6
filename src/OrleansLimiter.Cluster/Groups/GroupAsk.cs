namespace OrleansLimiter.Cluster;

/// <summary>What a group is asked to do. The numbers are on the wire.</summary>
internal enum AskKind : byte
{
    /// <summary>Take, for good.</summary>
    Take = 0,

    /// <summary>Take, until it is confirmed or returned.</summary>
    Hold = 1,

    /// <summary>Make a held take final. The answer has no readings.</summary>
    Confirm = 2,

    /// <summary>Undo a take, and read.</summary>
    Return = 3,

    /// <summary>Read.</summary>
    Read = 4,
}

/// <summary>One question to a group, whichever way it goes.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Rules">What to take from or to read; null for a confirmation, and at a silo that does not understand them.</param>
/// <param name="Cost">Permits, 1 or more; of no meaning for a confirmation.</param>
/// <param name="Id">The take's name.</param>
internal readonly record struct GroupAsk(AskKind Kind, GroupRules? Rules, int Cost, TakeId Id)
{
    /// <summary>Whether it takes.</summary>
    public bool Takes => Kind is AskKind.Take or AskKind.Hold;

    /// <summary>Whether asking twice is as good as asking once: a take without an id may have counted already.</summary>
    public bool CanBeRepeated => Kind != AskKind.Take || Id != TakeId.None;

    /// <summary>Whether a group can answer it; not so what a newer front-end, or none of ours, has sent.</summary>
    public bool IsUnderstood => Kind switch
    {
        AskKind.Confirm => true,
        AskKind.Take or AskKind.Return or AskKind.Read => Rules is not null && Cost >= 1,
        AskKind.Hold => Rules is not null && Cost >= 1 && Id != TakeId.None,
        _ => false,
    };
}
