namespace OrleansLimiter;

/// <summary>The kinds of operations on a bucket group. The numbers are part of wire messages: never change one.</summary>
public enum OperationKind : byte
{
    /// <summary>Acquires permits from every bucket that the rules name, or from none.</summary>
    Acquire = 0,

    /// <summary>Acquires provisionally, until the acquisition is committed or canceled. Needs an id.</summary>
    Reserve = 1,

    /// <summary>Makes a reservation final. The reply has no readings.</summary>
    Commit = 2,

    /// <summary>Undoes an acquisition or reservation, then reads.</summary>
    Cancel = 3,

    /// <summary>Reads without acquiring.</summary>
    Read = 4,
}
