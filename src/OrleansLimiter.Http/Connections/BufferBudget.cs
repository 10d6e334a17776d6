using Microsoft.Extensions.Options;

namespace OrleansLimiter.Http;

/// <summary>
/// A total for what requests and responses of all connections buffer beyond the buffers that every connection has: long bodies until they
/// are complete, and responses of long batches until the caller has read them.
/// </summary>
internal sealed class BufferBudget(IOptions<LimiterHttpOptions> options)
{
    /// <summary>The size of a body that needs no reservation: 4 KiB, the first buffer of a connection.</summary>
    public const int FreeBytes = 4 * 1024;

    /// <summary>The answer to a request for which no buffer is left.</summary>
    public static readonly Problem Exhausted = new(
        ProblemReason.Overloaded, "the limiter has no memory for another long request; nothing was acquired; try again later")
    {
        RetryAfter = "1",
    };

    private readonly long _max = options.Value.MaxBufferedBytes;
    private long _reserved;

    /// <summary>The number of bytes that are reserved.</summary>
    public long Reserved => Interlocked.Read(ref _reserved);

    /// <summary>Reserves bytes. Returns false, and reserves nothing, if they exceed the total.</summary>
    public bool TryReserve(long bytes)
    {
        if (Interlocked.Add(ref _reserved, bytes) <= _max)
        {
            return true;
        }

        Release(bytes);
        return false;
    }

    /// <summary>Returns bytes that were reserved.</summary>
    public void Release(long bytes) => Interlocked.Add(ref _reserved, -bytes);
}
