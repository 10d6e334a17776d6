namespace OrleansLimiter.Policies;

/// <summary>The decision if bucket groups are unavailable. A refusal of another group still denies the request.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Share">For <see cref="OnFailureKind.Local"/>: the share of each limit that this process admits, above 0 up to 1.</param>
public sealed record OnFailure(OnFailureKind Kind, decimal Share = 1)
{
    /// <summary>Allows the request.</summary>
    public static OnFailure Allow { get; } = new(OnFailureKind.Allow);

    /// <summary>Denies the request.</summary>
    public static OnFailure Deny { get; } = new(OnFailureKind.Deny);
}

/// <summary>The ways to decide without a bucket group.</summary>
public enum OnFailureKind
{
    /// <summary>Allow the request.</summary>
    Allow,
    /// <summary>Deny the request.</summary>
    Deny,
    /// <summary>Count in this process, against a share of the limit.</summary>
    Local,
}
