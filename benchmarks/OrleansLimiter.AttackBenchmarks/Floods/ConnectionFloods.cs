using System.Net.Sockets;
using System.Text;

namespace OrleansLimiter.AttackBenchmarks;

/// <summary>Connections that send no whole request, or read no answer. When one is closed, another one takes its place.</summary>
internal static class ConnectionFloods
{
    private const int BodyBytes = 1 << 20;
    private const int PipelinedRequests = 1_000;

    private static readonly byte[] s_head = Encoding.ASCII.GetBytes(
        "GET /v1/authorize/frontline HTTP/1.1\r\nHost: a\r\nX-Account-Id: slow\r\n");

    private static readonly byte[] s_body = Encoding.ASCII.GetBytes(
        $"POST /v1/check HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {BodyBytes}\r\n\r\n"
        + new string(' ', BodyBytes - 1));

    private static readonly byte[] s_pipelined =
        [.. Enumerable.Repeat(Raw.Authorize("frontline", "X-Account-Id", "never-reads", "/x"), PipelinedRequests).SelectMany(each => each)];

    public static readonly Flood[] All =
    [
        new("idle", "3,200 idle connections", (port, token) => HoldAsync(3_200, port, (_, _) => Task.CompletedTask, token)),
        new("slow-header", "1,000 connections, a byte of the header each second", (port, token) => HoldAsync(1_000, port, SlowHeaderAsync, token)),
        new("slow-body", "1,000 connections, a body of 1 MiB without its last byte",
            (port, token) => HoldAsync(1_000, port, (socket, end) => Raw.SendAsync(socket, s_body, end), token)),
        new("never-reading", "500 connections that read no answer",
            (port, token) => HoldAsync(500, port, NeverReadAsync, token)),
        new("half-closed", "1,000 connections, half closed in the middle of a request", (port, token) => HoldAsync(1_000, port, HalfCloseAsync, token)),
    ];

    private static Task HoldAsync(int connections, int port, Func<Socket, CancellationToken, Task> attack, CancellationToken token) =>
        Flood.ManyAsync(connections, async _ =>
        {
            while (!token.IsCancellationRequested)
            {
                using Socket? socket = await Raw.ConnectAsync(port, token);
                if (socket is null)
                {
                    await Raw.PauseAsync(100, token);
                    continue;
                }

                await attack(socket, token);
                await ClosedAsync(socket, token);
                await Raw.PauseAsync(10, token);
            }
        });

    private static async Task SlowHeaderAsync(Socket socket, CancellationToken token)
    {
        await Raw.SendAsync(socket, s_head, token);
        for (int i = 0; await Raw.SendAsync(socket, "X"u8.ToArray(), token); i++)
        {
            await Raw.PauseAsync(1_000, token);
        }
    }

    // It ends when no more fits into the buffers of both sides.
    private static async Task NeverReadAsync(Socket socket, CancellationToken token)
    {
        socket.ReceiveBufferSize = 1_024;
        while (await Raw.SendAsync(socket, s_pipelined, token))
        {
        }
    }

    private static async Task HalfCloseAsync(Socket socket, CancellationToken token)
    {
        if (await Raw.SendAsync(socket, s_head, token))
        {
            socket.Shutdown(SocketShutdown.Send);
        }
    }

    // Polls, because a caller that never reads must not read.
    private static async Task ClosedAsync(Socket socket, CancellationToken token)
    {
        while (!token.IsCancellationRequested && !(socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0))
        {
            await Raw.PauseAsync(500, token);
        }
    }
}
