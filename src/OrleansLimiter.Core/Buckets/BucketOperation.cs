namespace OrleansLimiter;

/// <summary>
/// One operation on a bucket group: the same value from the limiter to the group, in this process and on the wire.
/// <see cref="BucketGroup.Execute"/> executes it.
/// </summary>
/// <param name="Kind">What to do.</param>
/// <param name="Rules">What each bucket enforces; null for <see cref="OperationKind.Commit"/>, and where a silo does not understand them.</param>
/// <param name="Cost">Permits, 1 or more; of no meaning for <see cref="OperationKind.Commit"/>.</param>
/// <param name="Id">The acquisition. <see cref="OperationId.None"/> where it is never repeated, committed or cancelled.</param>
public readonly record struct BucketOperation(OperationKind Kind, GroupRules? Rules, int Cost, OperationId Id)
{
    /// <summary>Acquires <paramref name="cost"/> permits; with an id, the same id again is the same acquisition.</summary>
    public static BucketOperation Acquire(GroupRules rules, int cost, OperationId id = default) =>
        new(OperationKind.Acquire, rules, cost, id);

    /// <summary>Reserves permits. A reservation counts at once and is final after <see cref="BucketGroup.ReservationTimeout"/>.</summary>
    public static BucketOperation Reserve(GroupRules rules, int cost, OperationId id) => new(OperationKind.Reserve, rules, cost, id);

    /// <summary>Makes a reservation final; no effect for an id that the group does not know.</summary>
    public static BucketOperation Commit(OperationId id) => new(OperationKind.Commit, null, 0, id);

    /// <summary>Undoes an acquisition, then reads; for an id that the group does not know it only reads.</summary>
    public static BucketOperation Cancel(GroupRules rules, int cost, OperationId id) => new(OperationKind.Cancel, rules, cost, id);

    /// <summary>Reads what the buckets say to a cost.</summary>
    public static BucketOperation Read(GroupRules rules, int cost) => new(OperationKind.Read, rules, cost, OperationId.None);

    /// <summary>Whether it takes permits.</summary>
    public bool Acquires => Kind is OperationKind.Acquire or OperationKind.Reserve;

    /// <summary>Whether executing it twice is the same as once: an acquisition without an id may have counted already.</summary>
    public bool IsIdempotent => Kind != OperationKind.Acquire || Id != OperationId.None;

    /// <summary>
    /// Whether a group can execute it. What comes over the wire is checked before it is executed, because a newer version may
    /// have sent it.
    /// </summary>
    public bool IsValid =>
        Kind <= OperationKind.Read
        && (Kind == OperationKind.Commit || (Rules is not null && Cost >= 1))
        && (Kind != OperationKind.Reserve || Id != OperationId.None);
}
