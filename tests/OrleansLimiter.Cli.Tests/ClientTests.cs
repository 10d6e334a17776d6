using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansLimiter.Cli.Tests;

/// <summary><c>check</c> with addresses at which no limiter responds.</summary>
public sealed class ClientTests
{
    [Fact]
    public async Task An_address_without_a_listener_is_reported_in_one_sentence_with_a_hint()
    {
        int port = FreePort();

        Ended ended = await CommandLine.RunAsync("check", "--url", $"http://127.0.0.1:{port}", "--account", "acme", "--path", "/");

        Assert.Equal((1, ""), (ended.ExitCode, ended.Out));
        Assert.Equal(
            $"limiter: no limiter listens on http://127.0.0.1:{port}; start one with 'limiter serve', or set --url\n",
            ended.Error);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi", "200")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", "200")]
    [InlineData("HTTP/1.1 502 Bad Gateway\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\nnot JSON!", "502")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Type: application/problem+json\r\nContent-Length: 17\r\n\r\n{\"detail\":\"none\"}", "404")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "302")]
    public async Task A_server_that_is_not_a_limiter_is_recognized(string response, string status)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task answering = AnswerAsync(listener, response);

        Ended ended = await CommandLine.RunAsync("check", "--url", $"http://{listener.LocalEndpoint}", "--account", "acme", "--path", "/");

        await answering;
        Assert.Equal((1, ""), (ended.ExitCode, ended.Out));
        Assert.Equal(
            $"limiter: http://{listener.LocalEndpoint}/v1/check returned {status} and no decision; "
            + "is it the address of decisions of a limiter?\n",
            ended.Error);
    }

    [Fact]
    public async Task A_limit_of_zero_permits_is_reported_as_blocked()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        const string Body = """
            {"allowed":false,"policy":"shop","reported":"account","deniedBy":["account"],"limits":[{"name":"account","scope":"account",
            "allowed":false,"limit":0,"remaining":0,"windowMs":60000,"resetAfterMs":0,"retryAfterMs":null}]}
            """;
        Task answering = AnswerAsync(
            listener,
            $"HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");

        Ended ended = await CommandLine.RunAsync("check", "--url", $"http://{listener.LocalEndpoint}", "--account", "acme", "--path", "/");

        await answering;
        Assert.Equal((3, ""), (ended.ExitCode, ended.Error));
        Assert.StartsWith("denied  policy shop\naccount is blocked: its limit is 0\n", ended.Out);
    }

    private static async Task AnswerAsync(TcpListener listener, string response)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync();
        NetworkStream stream = client.GetStream();
        var request = new StringBuilder();
        var buffer = new byte[4_096];
        while (!request.ToString().EndsWith('}'))
        {
            request.Append(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer)));
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(response));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
