namespace OrleansLimiter;

/// <summary>
/// One operation on a bucket group. The limiter creates it, and the same value reaches the group in this process or over the wire. <see
/// cref="BucketGroup.Execute"/> executes it.
/// </summary>
/// <param name="Kind">The kind of operation.</param>
/// <param name="Rules">The rules of the buckets; null for <see cref="OperationKind.Commit"/>, and if a silo cannot read them.</param>
/// <param name="Cost">The number of permits, 1 or more; ignored for <see cref="OperationKind.Commit"/>.</param>
/// <param name="Id">The id of the acquisition; <see cref="OperationId.None"/> if it is never repeated, committed or canceled.</param>
public readonly record struct BucketOperation(OperationKind Kind, GroupRules? Rules, int Cost, OperationId Id)
{
    /// <summary>
    /// The maximum number of living groups of the account, of those that were opened by operations with a maximum, when this operation
    /// opens another one; 1 or more. 0, the default, if the group does not count, because its key is one of few.
    /// </summary>
    public int MaxAccountGroups { get; init; }

    /// <summary>Acquires <paramref name="cost"/> permits. Repeating an id does not acquire again.</summary>
    public static BucketOperation Acquire(GroupRules rules, int cost, OperationId id = default) =>
        new(OperationKind.Acquire, rules, cost, id);

    /// <summary>
    /// Reserves permits. A reservation counts immediately and becomes final after <see cref="BucketGroup.ReservationTimeout"/>.
    /// </summary>
    public static BucketOperation Reserve(GroupRules rules, int cost, OperationId id) => new(OperationKind.Reserve, rules, cost, id);

    /// <summary>Makes a reservation final. An unknown id has no effect.</summary>
    public static BucketOperation Commit(OperationId id) => new(OperationKind.Commit, null, 0, id);

    /// <summary>Undoes an acquisition, then reads the buckets. With an unknown id it only reads.</summary>
    public static BucketOperation Cancel(GroupRules rules, int cost, OperationId id) => new(OperationKind.Cancel, rules, cost, id);

    /// <summary>Reads the buckets for a cost without acquiring.</summary>
    public static BucketOperation Read(GroupRules rules, int cost) => new(OperationKind.Read, rules, cost, OperationId.None);

    /// <summary>Whether the operation acquires permits.</summary>
    public bool Acquires => Kind is OperationKind.Acquire or OperationKind.Reserve;

    /// <summary>Whether the operation acquires permits of any bucket. Several requests together may only read a group.</summary>
    internal bool Charges => Acquires && Rules is not { HasCharges: false };

    /// <summary>Whether the reply is a decision. A commit and a cancellation follow one.</summary>
    internal bool Decides => Kind is OperationKind.Acquire or OperationKind.Reserve or OperationKind.Read;

    /// <summary>Whether the operation can be executed again safely. Only an acquisition without an id would count twice.</summary>
    public bool IsIdempotent => Kind != OperationKind.Acquire || Id != OperationId.None;

    /// <summary>
    /// Whether a group can execute the operation. Operations from the wire are checked before they are executed, because a newer
    /// version may have sent them.
    /// </summary>
    public bool IsValid =>
        Kind <= OperationKind.Read
        && (Kind == OperationKind.Commit || (Rules is not null && Cost >= 1))
        && (Kind != OperationKind.Reserve || Id != OperationId.None)
        && MaxAccountGroups >= 0;
}
