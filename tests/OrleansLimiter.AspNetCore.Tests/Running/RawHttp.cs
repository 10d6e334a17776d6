using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansLimiter.AspNetCore.Tests;

/// <summary>Sends the bytes of a request that a client library would not send.</summary>
internal static class RawHttp
{
    /// <summary>Sends a request and returns the response. The request closes the connection.</summary>
    public static async Task<string> SendAsync(Uri address, string request)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, address.Port));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }
}
