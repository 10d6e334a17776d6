using System.Net.Sockets;
using System.Text;

namespace OrleansLimiter.Http.Tests;

/// <summary>Sends requests that an HTTP client would not send.</summary>
internal static class RawHttp
{
    /// <summary>Sends text unchanged, as Latin-1 with a byte for each character, and reads until the connection is closed.</summary>
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

    /// <summary>The same, but waits only for the beginning of the response.</summary>
    public static async Task<string> SendHalfAsync(HttpClient address, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.BaseAddress!.Host, address.BaseAddress.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        byte[] answer = new byte[1_024];
        return Encoding.Latin1.GetString(answer, 0, await stream.ReadAsync(answer));
    }

    /// <summary>Sends a GET of a target that is not normalized.</summary>
    public static Task<string> GetAsync(HttpClient address, string target, string headers = "", string host = "localhost") =>
        SendAsync(address, $"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n");

    public static int Status(string answer) => int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3));

    /// <summary>The value of a header that is in the response once; null if it is not there.</summary>
    public static string? Header(string answer, string name) => answer.Split("\r\n\r\n")[0].Split("\r\n")
        .SingleOrDefault(line => line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];

    /// <summary>The body of a response that is not chunked.</summary>
    public static string Body(string answer) => answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];

    /// <summary>Asserts that a response is exactly the problem 400 of a field.</summary>
    public static void AssertBadRequest(string answer, string field, string detail)
    {
        Assert.Equal(400, Status(answer));
        Assert.Contains("\r\nContent-Type: application/problem+json\r\n", answer, StringComparison.Ordinal);
        Assert.Equal($$"""{"title":"Bad Request","status":400,"detail":"{{detail}}","field":"{{field}}"}""", Body(answer));
    }
}
