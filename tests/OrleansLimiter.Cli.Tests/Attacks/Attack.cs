using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansLimiter.Cli.Tests;

/// <summary>Connections of callers that do harm. They stay open until the end of the attack.</summary>
internal sealed class Attack(Uri address) : IDisposable
{
    private static readonly byte[] Headers = Bytes("POST /v1/check HTTP/1.1\r\nHost: x\r\nX-Some: thing");
    private static readonly byte[] Body = Bytes("POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
    private static readonly byte[] Half = Bytes("POST /v1/check HTTP/1.1\r\nHost: x\r\n");
    private static readonly string Checks =
        string.Join(',', Enumerable.Repeat("""{"policy":"shop","account":"attacker","path":"/orders"}""", 1_000));

    private static readonly byte[] Batch = Post("/v1/check/batch", $"[{Checks}]");
    private static readonly byte[] Stalled = Post("/v1/check", new string(' ', 1 << 20))[..^1];

    private readonly IPEndPoint _to = new(IPAddress.Parse(address.Host), address.Port);
    private readonly List<Socket> _open = [];

    /// <summary>Each kind of a connection.</summary>
    public static IReadOnlyDictionary<string, Func<Socket, Task>> Kinds { get; } = new Dictionary<string, Func<Socket, Task>>
    {
        ["idle"] = _ => Task.CompletedTask,
        ["slow header"] = socket => SendAsync(socket, Headers),
        ["slow body"] = socket => SendAsync(socket, Body),
        ["never reading"] = socket =>
        {
            socket.ReceiveBufferSize = 4_096;
            return SendAsync(socket, Batch);
        },
        ["half closed"] = async socket =>
        {
            await SendAsync(socket, Half);
            socket.Shutdown(SocketShutdown.Send);
        },
    };

    /// <summary>All but one byte of a body of 1 MiB.</summary>
    public static Task StallAsync(Socket socket) => SendAsync(socket, Stalled);

    /// <summary>Opens connections, one after the other.</summary>
    public async Task OpenAsync(int count, Func<int, Func<Socket, Task>> kindOf)
    {
        for (int i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _open.Add(socket);
            try
            {
                await socket.ConnectAsync(_to);
                await kindOf(i)(socket);
            }
            catch (SocketException)
            {
                // The limiter has closed it.
            }
        }
    }

    public void Dispose() => _open.ForEach(socket => socket.Dispose());

    internal static byte[] Post(string path, string body) =>
        Bytes($"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    private static async Task SendAsync(Socket socket, byte[] bytes) => await socket.SendAsync(bytes);

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
