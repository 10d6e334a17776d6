using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace OrleansLimiter.Silo;

/// <summary>
/// The first message on a connection of Orleans, which the side that connects sends at once: its length in four bytes, then its content.
/// Orleans waits for it without a timeout.
/// </summary>
internal static class ConnectionPreamble
{
    /// <summary>The maximum length of the content: 1,024, as in Orleans.</summary>
    public const int MaxLength = 1_024;

    private const int PrefixLength = sizeof(int);

    /// <summary>
    /// Waits for the whole message and consumes nothing of it. Returns false if the bytes are not such a message, or the connection ends.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static async Task<bool> WaitAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = read.Buffer;
            int? length = buffer.Length >= PrefixLength ? LengthOf(buffer) : null;
            if (length is <= 0 or > MaxLength || read.IsCanceled)
            {
                input.AdvanceTo(buffer.End);
                return false;
            }

            if (length is { } content && buffer.Length >= PrefixLength + content)
            {
                input.AdvanceTo(buffer.Start); // Orleans reads it again
                return true;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                return false;
            }
        }
    }

    private static int LengthOf(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> prefix = stackalloc byte[PrefixLength];
        buffer.Slice(0, PrefixLength).CopyTo(prefix);
        return BinaryPrimitives.ReadInt32LittleEndian(prefix);
    }
}
