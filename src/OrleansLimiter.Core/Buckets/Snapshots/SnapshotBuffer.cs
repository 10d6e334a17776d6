namespace OrleansLimiter;

/// <summary>
/// The buffer into which a thread writes snapshots. Silos write tens of thousands per second for replicas, and a stream for each of them
/// would be most of what they allocate.
/// </summary>
internal sealed class SnapshotBuffer
{
    // Longer ones are rare, and are not kept.
    private const int MaxKept = 1 << 16;

    [ThreadStatic]
    private static SnapshotBuffer? s_ofThread;

    private readonly MemoryStream _bytes = new();

    private SnapshotBuffer() => Writer = new(_bytes);

    /// <summary>The buffer of this thread, empty.</summary>
    public static SnapshotBuffer OfThread
    {
        get
        {
            SnapshotBuffer buffer = s_ofThread ??= new();
            buffer._bytes.SetLength(0); // an exception can have left something
            return buffer;
        }
    }

    /// <summary>Writes into the buffer.</summary>
    public BinaryWriter Writer { get; }

    /// <summary>Returns the bytes.</summary>
    public byte[] Take()
    {
        Writer.Flush();
        byte[] bytes = _bytes.ToArray();
        if (_bytes.Capacity > MaxKept)
        {
            s_ofThread = null;
        }

        return bytes;
    }
}
