namespace OrleansLimiter;

/// <summary>
/// The id of one acquisition. Repeating an acquisition with the same id has no effect, and the id is needed to commit or cancel it. An
/// id is random, so that two callers do not use the same one while a group remembers it.
/// </summary>
/// <param name="Value">64 bits; 0 is <see cref="None"/>.</param>
public readonly record struct OperationId(long Value)
{
    /// <summary>No id, for an acquisition that is never repeated, committed or canceled. The group does not remember it.</summary>
    public static OperationId None => default;

    /// <summary>Creates a random id; never <see cref="None"/>.</summary>
    public static OperationId New() => new(Random.Shared.NextInt64(1, long.MaxValue));
}
