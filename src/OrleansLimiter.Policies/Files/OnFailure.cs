namespace OrleansLimiter.Policies;

/// <summary>The decision for unavailable groups. A refusal of another group still refuses the request.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Share">With <see cref="OnFailureKind.Local"/>: the share of each limit that this process may admit, above 0 up to 1.</param>
public sealed record OnFailure(OnFailureKind Kind, decimal Share = 1)
{
    /// <summary>Pass.</summary>
    public static OnFailure Allow { get; } = new(OnFailureKind.Allow);

    /// <summary>Refuse.</summary>
    public static OnFailure Deny { get; } = new(OnFailureKind.Deny);
}

/// <summary>The ways to decide without a group.</summary>
public enum OnFailureKind
{
    /// <summary>Pass.</summary>
    Allow,

    /// <summary>Refuse.</summary>
    Deny,

    /// <summary>Count in this process, against a share of the limit.</summary>
    Local,
}
