using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A connection with at most one pending request. It never blocks, and allocates nothing for a request.</summary>
internal sealed class HttpConnection : IDisposable
{
    private const int StatusAt = 9; // after "HTTP/1.1 "

    private readonly int _port;
    private readonly byte[] _buffer = new byte[1 << 16];
    private Socket _socket;
    private int _received;

    public HttpConnection(int port)
    {
        _port = port;
        _socket = Open(port);
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

    /// <summary>Opens the connection again if the server has closed it, as proxies do after a while without a request.</summary>
    public void Refresh()
    {
        if (_socket.Poll(0, SelectMode.SelectRead))
        {
            Reopen();
        }
    }

    /// <summary>
    /// Whether the whole response has arrived. If it says that the server closes the connection, as nginx does after 1,000 requests, the
    /// connection is opened again.
    /// </summary>
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
        ReadOnlySpan<byte> response = _buffer.AsSpan(0, _received);
        int head = response.IndexOf("\r\n\r\n"u8);
        bool whole = head >= 0 && IsWhole(response, head);
        if (whole && Closes(response[..(head + 2)]))
        {
            Reopen();
        }

        return whole;
    }

    public void Dispose() => _socket.Dispose();

    private static Socket Open(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        socket.Blocking = false;
        return socket;
    }

    private void Reopen()
    {
        _socket.Dispose();
        _socket = Open(_port);
    }

    private static bool Closes(ReadOnlySpan<byte> head) =>
        head.IndexOf("\r\nConnection: close\r\n"u8) >= 0 || head.IndexOf("\r\nconnection: close\r\n"u8) >= 0; // HAProxy

    private static bool IsWhole(ReadOnlySpan<byte> response, int head)
    {
        ReadOnlySpan<byte> name = "\r\nContent-Length: "u8;
        int length = response[..head].IndexOf(name);
        length = length < 0 ? response[..head].IndexOf("\r\ncontent-length: "u8) : length; // HAProxy
        return length < 0
            ? response.EndsWith("\r\n0\r\n\r\n"u8) // chunked
            : Utf8Parser.TryParse(response[(length + name.Length)..], out int body, out _) && response.Length >= head + 4 + body;
    }
}
