using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace OrleansLimiter.Http;

/// <summary>Opens the addresses, and marks every connection with its listener.</summary>
internal sealed class KestrelSetup(IOptions<LimiterHttpOptions> options, LimiterAddresses addresses, OpenConnections open)
    : IConfigureOptions<KestrelServerOptions>
{
    // Longer than a proxy keeps an idle connection (nginx and load balancers of clouds: 60 s), so that the proxy is the first to close it.
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(130);

    /// <summary>
    /// A connection buffers at most this much of a request that is not read, and of a response that the caller does not read: 64 KiB. What
    /// is read and not complete counts in <see cref="BufferBudget"/>. The host sets it for the transport as well.
    /// </summary>
    public const int ConnectionBuffer = 64 * 1024;

    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        Bound(kestrel.Limits);

        // Callers control the content of most headers. Requests must be decided with any content.
        kestrel.RequestHeaderEncodingSelector = static _ => HeaderText.ServerEncoding;
        if (options.Value.ServesDecisions)
        {
            Open(kestrel, Listeners.Decisions, ListenAddress.ReadAll("urls", options.Value.Urls, []));
            Open(kestrel, Listeners.Grpc, ListenAddress.ReadGrpc(options.Value.GrpcUrls, []));
        }

        Open(kestrel, Listeners.Administration, ListenAddress.ReadAll("admin-urls", options.Value.AdminUrls, []));
    }

    private void Bound(KestrelServerLimits limits)
    {
        limits.KeepAliveTimeout = KeepAliveTimeout;
        limits.RequestHeadersTimeout = options.Value.RequestTimeout;
        limits.MinResponseDataRate = new(ConnectionBuffer, options.Value.ResponseTimeout);
        limits.MaxRequestBufferSize = ConnectionBuffer;
        limits.MaxResponseBufferSize = ConnectionBuffer;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        limits.MaxRequestHeaderCount = 100;
    }

    private void Open(KestrelServerOptions kestrel, Listeners listener, List<ListenAddress> opened)
    {
        foreach (ListenAddress address in opened)
        {
            Action<ListenOptions> prepare = socket => Prepare(socket, listener, address.IsEncrypted);
            if (address is { Address: null, Port: not 0 })
            {
                kestrel.ListenLocalhost(address.Port, prepare);
            }
            else if (IPAddress.IPv6Any.Equals(address.Address))
            {
                kestrel.ListenAnyIP(address.Port, prepare); // falls back to IPv4 if the machine has no IPv6
            }
            else
            {
                kestrel.Listen(address.Address ?? IPAddress.Loopback, address.Port, prepare);
            }
        }
    }

    private void Prepare(ListenOptions socket, Listeners listener, bool isEncrypted)
    {
        // Without TLS, HTTP/2 cannot be negotiated, and HTTP/2 with prior knowledge would exclude HTTP/1.1. gRPC is HTTP/2 only.
        socket.Protocols = listener == Listeners.Grpc ? HttpProtocols.Http2 : HttpProtocols.Http1;
        if (isEncrypted)
        {
            socket.UseHttps(); // with the default certificate of the server's configuration
        }

        socket.MarkAs(listener, open, options.Value.RequestTimeout);
        addresses.Add(listener, socket, isEncrypted);
    }
}
