using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A connection with at most one pending request. It never blocks, and allocates nothing for a request.</summary>
internal sealed class HttpConnection : IDisposable
{
    private const int StatusAt = 9; // after "HTTP/1.1 "

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _received;

    public HttpConnection(int port)
    {
        _socket.Connect(IPAddress.Loopback, port);
        _socket.Blocking = false;
    }

    /// <summary>The time at which the pending request was due.</summary>
    public long Due { get; private set; }

    /// <summary>Whether the status of the response that has arrived is below 400.</summary>
    public bool IsSuccess => _buffer[StatusAt] < (byte)'4';

    public void Send(byte[] request, long due)
    {
        (Due, _received) = (due, 0);
        if (_socket.Send(request) != request.Length)
        {
            throw new IOException("a request does not fit into the socket's buffer");
        }
    }

    /// <summary>Whether the whole response has arrived.</summary>
    public bool TryReceive()
    {
        int count = _socket.Receive(_buffer.AsSpan(_received), SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
        {
            return false;
        }

        if (error != SocketError.Success || count == 0)
        {
            throw new IOException($"the server ended a connection: {error}");
        }

        _received += count;
        return IsWhole(_buffer.AsSpan(0, _received));
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> response)
    {
        int head = response.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> name = "\r\nContent-Length: "u8;
        int length = response[..head].IndexOf(name);
        length = length < 0 ? response[..head].IndexOf("\r\ncontent-length: "u8) : length; // HAProxy
        return length < 0
            ? response.EndsWith("\r\n0\r\n\r\n"u8) // chunked
            : Utf8Parser.TryParse(response[(length + name.Length)..], out int body, out _) && response.Length >= head + 4 + body;
    }
}
