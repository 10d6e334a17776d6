using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.Hosting;

/// <summary>
/// A connection of <see cref="HttpWarmUp"/> to its own host. A small client, because <c>HttpClient</c> would be compiled too.
/// </summary>
internal sealed class WarmUpConnection(EndPoint endPoint) : IDisposable
{
    private const int MaxResponse = 16 * 1024;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[MaxResponse];

    /// <summary>Sends the requests of a new account, one after the other. Returns whether the store decided all of them.</summary>
    public async Task<bool> SendAsync(CancellationToken cancellationToken)
    {
        if (!_socket.Connected)
        {
            await _socket.ConnectAsync(endPoint, cancellationToken);
        }

        bool decided = true;
        foreach (byte[] request in WarmUpRequests.Of($"warm-up-{Guid.NewGuid():n}"))
        {
            await _socket.SendAsync(request, cancellationToken);
            decided &= await ReceiveAsync(cancellationToken);
        }

        return decided;
    }

    public void Dispose() => _socket.Dispose();

    private async Task<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        int received = 0;
        int length;
        do
        {
            int read = await _socket.ReceiveAsync(_buffer.AsMemory(received), cancellationToken);
            received += read > 0 ? read : throw new IOException("the response is not complete");
            length = LengthOf(_buffer.AsSpan(0, received));
        }
        while (length > received);
        return _buffer.AsSpan(0, received).IndexOf("\r\nX-Limiter-Failure:"u8) < 0;
    }

    // More than was received while the headers are not complete.
    private static int LengthOf(ReadOnlySpan<byte> response)
    {
        int end = response.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return int.MaxValue;
        }

        ReadOnlySpan<byte> name = "\r\nContent-Length: "u8;
        int at = response[..end].IndexOf(name);
        int body = 0;
        for (int i = at + name.Length; at >= 0 && response[i] is >= (byte)'0' and <= (byte)'9'; i++)
        {
            body = (body * 10) + response[i] - '0';
        }

        return end + 4 + body;
    }
}
