namespace OrleansLimiter;

/// <summary>What a bucket group is asked to do. The numbers are on the wire: add, never change.</summary>
public enum OperationKind : byte
{
    /// <summary>Take permits from every bucket that the rules name, or from none.</summary>
    Acquire = 0,

    /// <summary>Acquire provisionally, until the acquisition is committed or cancelled. Needs an id.</summary>
    Reserve = 1,

    /// <summary>Make a reservation final. The reply has no readings.</summary>
    Commit = 2,

    /// <summary>Undo an acquisition or reservation, and read.</summary>
    Cancel = 3,

    /// <summary>Read without acquiring.</summary>
    Read = 4,
}
