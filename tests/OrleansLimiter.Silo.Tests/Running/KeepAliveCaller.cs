using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansLimiter.Silo.Tests;

/// <summary>
/// A caller that sends one request after the other on a connection, and honors <c>Connection: close</c>: it opens the next connection
/// to a host that is ready, as through a load balancer. It never repeats a request, so it sees every broken connection.
/// </summary>
/// <param name="next">Chooses the host of a connection.</param>
/// <param name="pause">The pause after each response.</param>
internal sealed class KeepAliveCaller(Func<Task<HostProcess>> next, TimeSpan pause = default)
{
    private const int RequestsPerConnection = 200;

    private readonly List<string> _errors = [];

    /// <summary>Decisions by host, of <c>on-failure</c> as well.</summary>
    public ConcurrentDictionary<HostProcess, int> Decisions { get; } = [];

    /// <summary>Failed requests and connections.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Decisions by <c>on-failure</c>.</summary>
    public int Failures { get; private set; }

    /// <summary>Connections that the host announced to close.</summary>
    public int Closed { get; private set; }

    public async Task RunAsync(string policy, string account, CancellationToken stop)
    {
        byte[] body = Encoding.UTF8.GetBytes($$"""{"policy":"{{policy}}","account":"{{account}}","method":"GET","path":"/v1/things"}""");
        byte[] request =
            [.. Encoding.ASCII.GetBytes($"POST /v1/check HTTP/1.1\r\nHost: limiter\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
        while (!stop.IsCancellationRequested)
        {
            HostProcess host = await next();
            try
            {
                await UseConnectionAsync(host, request, stop);
            }
            catch (Exception error) when (error is IOException or SocketException)
            {
                _errors.Add($"{host.Decisions.BaseAddress}: {error.Message}");
            }
        }
    }

    private async Task UseConnectionAsync(HostProcess host, byte[] request, CancellationToken stop)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, host.Decisions.BaseAddress!.Port);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        for (int i = 0; i < RequestsPerConnection && !stop.IsCancellationRequested; i++)
        {
            await client.GetStream().WriteAsync(request);
            if (await ReadAsync(reader))
            {
                Closed++;
                Decisions.AddOrUpdate(host, 1, (_, count) => count + 1);
                return;
            }

            Decisions.AddOrUpdate(host, 1, (_, count) => count + 1);
            await Task.Delay(pause, CancellationToken.None);
        }
    }

    // Returns whether the host will close the connection.
    private async Task<bool> ReadAsync(StreamReader reader)
    {
        string status = await reader.ReadLineAsync() ?? throw new IOException("the connection was closed before the response");
        bool close = false;
        int length = 0;
        while (await reader.ReadLineAsync() is { Length: > 0 } header)
        {
            close |= header.Equals("Connection: close", StringComparison.OrdinalIgnoreCase);
            Failures += header.StartsWith("X-Limiter-Failure:", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
            length = header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)
                ? int.Parse(header.AsSpan("Content-Length:".Length), CultureInfo.InvariantCulture)
                : length;
        }

        if (await reader.ReadBlockAsync(new char[length]) < length)
        {
            throw new IOException("the connection was closed within the response");
        }

        return status.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) || status.StartsWith("HTTP/1.1 429", StringComparison.Ordinal)
            ? close
            : throw new IOException(status);
    }
}
