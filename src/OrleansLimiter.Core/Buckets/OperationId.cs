namespace OrleansLimiter;

/// <summary>
/// Identifies one acquisition, so that repeating it has no effect and so that it can be committed or cancelled.
/// Random enough that two callers never choose the same id within the few seconds for which a group remembers it.
/// </summary>
/// <param name="Value">64 bits; 0 is <see cref="None"/>.</param>
public readonly record struct OperationId(long Value)
{
    /// <summary>No id: an acquisition that is never repeated, committed or cancelled, and costs no memory.</summary>
    public static OperationId None => default;

    /// <summary>A new id; never <see cref="None"/>.</summary>
    public static OperationId New() => new(Random.Shared.NextInt64(1, long.MaxValue));
}
