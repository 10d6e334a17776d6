using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace OrleansLimiter.Http;

/// <summary>Opens the addresses, and marks every connection with its listener.</summary>
internal sealed class KestrelSetup(IOptions<LimiterHttpOptions> options, LimiterAddresses addresses, OpenConnections open)
    : IConfigureOptions<KestrelServerOptions>
{
    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;

        // Callers control the content of most headers. Requests must be decided with any content.
        kestrel.RequestHeaderEncodingSelector = static _ => HeaderText.ServerEncoding;
        if (options.Value.ServesDecisions)
        {
            Open(kestrel, Listeners.Decisions, "urls", options.Value.Urls);
        }

        Open(kestrel, Listeners.Administration, "admin-urls", options.Value.AdminUrls);
    }

    private void Open(KestrelServerOptions kestrel, Listeners listener, string option, string urls)
    {
        foreach (ListenAddress address in ListenAddress.ReadAll(option, urls, []))
        {
            if (address is { Address: null, Port: not 0 })
            {
                kestrel.ListenLocalhost(address.Port, Prepare);
            }
            else if (IPAddress.IPv6Any.Equals(address.Address))
            {
                kestrel.ListenAnyIP(address.Port, Prepare); // falls back to IPv4 if the machine has no IPv6
            }
            else
            {
                kestrel.Listen(address.Address ?? IPAddress.Loopback, address.Port, Prepare);
            }
        }

        void Prepare(ListenOptions socket)
        {
            // Without TLS, HTTP/2 cannot be negotiated, and HTTP/2 with prior knowledge would exclude HTTP/1.1.
            socket.Protocols = HttpProtocols.Http1;
            socket.MarkAs(listener, open);
            addresses.Add(listener, socket);
        }
    }
}
