namespace OrleansLimiter;

/// <summary>
/// The caller's name for one take, so that repeating it is harmless and so that it can be confirmed or returned.
/// Random enough that two callers never choose the same within the few seconds that a group remembers it.
/// </summary>
/// <param name="Value">64 bits; 0 is <see cref="None"/>.</param>
public readonly record struct TakeId(long Value)
{
    /// <summary>No name: a take that will never be repeated, confirmed or returned, and costs no memory.</summary>
    public static TakeId None => default;

    /// <summary>A fresh id; never <see cref="None"/>.</summary>
    public static TakeId New() => new(Random.Shared.NextInt64(1, long.MaxValue));
}
