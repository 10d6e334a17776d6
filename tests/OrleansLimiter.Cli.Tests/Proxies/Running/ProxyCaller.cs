using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.Cli.Tests;

/// <summary>A caller of the API through a proxy. Targets are sent as they are written.</summary>
internal sealed class ProxyCaller : IDisposable
{
    private readonly Uri _proxy;
    private readonly HttpClient _http;

    public ProxyCaller(Uri proxy)
    {
        _proxy = proxy;
        _http = new(new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false, AllowAutoRedirect = false })
        {
            Timeout = TimeSpan.FromMinutes(1),
        };
    }

    /// <summary>The connections that were opened.</summary>
    public int Connections { get; private set; }

    /// <summary>Sends a request of the company acme, or with another key.</summary>
    /// <param name="key">The API key; null for none.</param>
    /// <param name="headers">Headers that the caller adds.</param>
    public async Task<ProxyResponse> SendAsync(
        string method, string target, HttpContent? body = null, string? key = "key-acme", params (string Name, string Value)[] headers)
    {
        var asWritten = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var uri = new Uri(_proxy.GetLeftPart(UriPartial.Authority) + target, asWritten);
        using var request = new HttpRequestMessage(new(method), uri) { Content = body };
        foreach ((string name, string value) in key is null ? headers : [("Authorization", $"Bearer {key}"), .. headers])
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using HttpResponseMessage response = await _http.SendAsync(request);
        return new(
            (int)response.StatusCode,
            response.Headers.Concat(response.Content.Headers)
                .ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsStringAsync());
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        Connections++;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(context.DnsEndPoint, cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }
}

/// <summary>What a caller receives.</summary>
internal sealed record ProxyResponse(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>The value of a header; empty if it is absent.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    public string Limit => Header("X-RateLimit-Limit");

    public string Tier => Header("X-Front-Tier");

    public string Remaining => Header("X-RateLimit-Remaining");
}
