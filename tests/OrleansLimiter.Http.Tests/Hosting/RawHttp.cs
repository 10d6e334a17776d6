using System.Net.Sockets;
using System.Text;

namespace OrleansLimiter.Http.Tests;

/// <summary>Says what no well-behaved client would.</summary>
internal static class RawHttp
{
    /// <summary>Sends text as it is (Latin-1, a byte for each character) and reads until the server closes.</summary>
    public static async Task<string> SendAsync(HttpClient address, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.BaseAddress!.Host, address.BaseAddress.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer);
        return Encoding.Latin1.GetString(answer.ToArray());
    }

    /// <summary>The same, but only the beginning of the answer is waited for.</summary>
    public static async Task<string> SendHalfAsync(HttpClient address, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.BaseAddress!.Host, address.BaseAddress.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        byte[] answer = new byte[1_024];
        return Encoding.Latin1.GetString(answer, 0, await stream.ReadAsync(answer));
    }

    /// <summary>One GET of a target that nobody tidies up.</summary>
    public static Task<string> GetAsync(HttpClient address, string target, string headers = "", string host = "localhost") =>
        SendAsync(address, $"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n");

    public static int Status(string answer) => int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3));

    /// <summary>The body of an answer that came in one piece.</summary>
    public static string Body(string answer) => answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
}
