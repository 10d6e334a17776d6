using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansLimiter.AttackBenchmarks;

/// <summary>Connections and requests as bytes, so that they can be as wrong as an attacker's.</summary>
internal static class Raw
{
    private static long s_answers;

    /// <summary>The number of answers to <see cref="RequestAsync"/> so far.</summary>
    public static long Answers => Interlocked.Read(ref s_answers);

    /// <summary>Connects; null if the target accepts no connection now.</summary>
    public static async Task<Socket?> ConnectAsync(int port, CancellationToken token)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var soon = CancellationTokenSource.CreateLinkedTokenSource(token);
            soon.CancelAfter(TimeSpan.FromSeconds(2));
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), soon.Token);
            return socket;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>A request for a decision.</summary>
    public static byte[] Authorize(string policy, string header, string account, string path) => Encoding.ASCII.GetBytes(
        $"GET /v1/authorize/{policy} HTTP/1.1\r\nHost: a\r\n{header}: {account}\r\nX-Forwarded-Method: GET\r\nX-Forwarded-Uri: {path}\r\n\r\n");

    /// <summary>A request with a body of JSON.</summary>
    public static byte[] Post(string path, string body) => Encoding.UTF8.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    /// <summary>Sends requests in turn over one connection, each after the answer to the one before; a new connection when it ends.</summary>
    public static async Task RequestAsync(int port, Func<byte[]> next, CancellationToken token)
    {
        byte[] buffer = new byte[64 * 1024];
        while (!token.IsCancellationRequested)
        {
            using Socket? socket = await ConnectAsync(port, token);
            if (socket is null)
            {
                await PauseAsync(100, token);
                continue;
            }

            while (await SendAsync(socket, next(), token) && await ReceiveAnswerAsync(socket, buffer, token))
            {
                Interlocked.Increment(ref s_answers);
            }
        }
    }

    /// <summary>Sends bytes. Returns false if the connection has ended.</summary>
    public static async Task<bool> SendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        try
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[await socket.SendAsync(bytes, token)..];
            }

            return true;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    public static async Task PauseAsync(int milliseconds, CancellationToken token) =>
        await Task.Delay(milliseconds, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    // Reads the head and as much of the body as the length says; chunked bodies until the end of the last chunk.
    private static async Task<bool> ReceiveAnswerAsync(Socket socket, byte[] buffer, CancellationToken token)
    {
        try
        {
            long left = long.MaxValue;
            bool chunked = false;
            for (int filled = 0; left > 0;)
            {
                int read = await socket.ReceiveAsync(buffer.AsMemory(left == long.MaxValue ? filled : 0), token);
                if (read == 0)
                {
                    return false;
                }

                if (left != long.MaxValue)
                {
                    left -= read;
                    continue;
                }

                filled += read;
                int head = chunked ? -1 : buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
                if (head >= 0)
                {
                    string text = Encoding.ASCII.GetString(buffer, 0, head + 2);
                    chunked = text.Contains("chunked", StringComparison.OrdinalIgnoreCase);
                    left = chunked ? left : Length(text) - (filled - head - 4);
                }

                if (chunked && buffer.AsSpan(0, filled).EndsWith("0\r\n\r\n"u8))
                {
                    return true;
                }

                filled = chunked && filled > buffer.Length / 2 ? KeepEnd(buffer, filled) : filled;
            }

            return true;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private static int KeepEnd(byte[] buffer, int filled)
    {
        const int End = 5;
        buffer.AsSpan(filled - End, End).CopyTo(buffer);
        return End;
    }

    private static long Length(string head)
    {
        const string Name = "\r\nContent-Length: ";
        int at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? 0 : long.Parse(head.AsSpan(at + Name.Length, head.IndexOf('\r', at + Name.Length) - at - Name.Length));
    }
}
