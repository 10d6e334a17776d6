namespace OrleansLimiter.Cluster;

/// <summary>
/// Work that waits in a <see cref="SiloChannel"/>: one operation, or a joint acquisition of several groups. The objects are pooled:
/// an object is reused after its reply was read, so that a decision does not allocate.
/// </summary>
internal abstract class PendingOperation
{
    /// <summary>When the work was added to the channel.</summary>
    public Instant Began { get; protected set; }

    /// <summary>The index of its first operation in the batch.</summary>
    public int Index { get; set; }

    /// <summary>The number of operations.</summary>
    public abstract int Count { get; }

    /// <summary>Whether it acquires permits.</summary>
    public abstract bool Acquires { get; }

    /// <summary>Whether it can be executed again safely.</summary>
    public abstract bool IsIdempotent { get; }

    /// <summary>Adds the operations to a message.</summary>
    public abstract void AddTo(OperationBatch batch);

    /// <summary>Sets the reply. The continuation of the caller runs in this call.</summary>
    /// <param name="calls">The calls of the front-end.</param>
    /// <param name="replies">One reply for each operation.</param>
    /// <returns>False if a group does not exist on the silo any more; then nothing was executed.</returns>
    public abstract bool TryComplete(FrontEndCalls calls, ReadOnlySpan<GroupReplyData> replies);

    /// <summary>Sets the reply of a silo that did not reply.</summary>
    public abstract void CompleteUnavailable();

    /// <summary>Removes the locations, which are no longer correct.</summary>
    public abstract void RemoveLocations(FrontEndCalls calls);

    /// <summary>Executes the work by calls that do not depend on locations.</summary>
    public abstract void ExecuteByGrain(FrontEndCalls calls);
}
