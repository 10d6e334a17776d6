using System.Buffers;
using System.Text;

namespace OrleansLimiter.AspNetCore;

/// <summary>The body of an answer, of bounded length, in a buffer of a pool.</summary>
internal sealed class RemoteBody : IDisposable
{
    /// <summary>The maximum length of the answer for one request: 64 KiB. The body of a policy has 16,384 characters at most.</summary>
    public const int MaxBytesPerCheck = 64 * 1024;

    /// <summary>The maximum length of an answer: 32 MiB.</summary>
    public const int MaxBytes = 32 << 20;

    private const int MaxStart = 256;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int _length;

    private RemoteBody()
    {
    }

    public ReadOnlyMemory<byte> Content => _buffer.AsMemory(0, _length);

    public static async Task<RemoteBody> ReadAsync(HttpContent content, int checks, CancellationToken end)
    {
        int max = (int)Math.Min(MaxBytes, (checks + 1L) * MaxBytesPerCheck);
        var body = new RemoteBody();
        try
        {
            using Stream stream = await content.ReadAsStreamAsync(end).ConfigureAwait(false);
            while (await stream.ReadAsync(body._buffer.AsMemory(body._length), end).ConfigureAwait(false) is > 0 and int read)
            {
                body._length += read;
                if (body._length > max)
                {
                    throw new RemoteAnswerException($"its answer for {checks} requests is longer than {max} bytes");
                }

                body.Grow();
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Reads the beginning of the body of an error, for the log.</summary>
    public static async Task<string> ReadStartAsync(HttpContent content, CancellationToken end)
    {
        byte[] start = new byte[MaxStart];
        using Stream stream = await content.ReadAsStreamAsync(end).ConfigureAwait(false);
        int length = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, end).ConfigureAwait(false);
        return Encoding.UTF8.GetString(start, 0, length);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _length) = ([], 0);
    }

    private void Grow()
    {
        if (_length < _buffer.Length)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
