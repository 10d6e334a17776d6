using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace OrleansLimiter.Http;

/// <summary>The open connections of the address of decisions.</summary>
internal sealed class OpenConnections
{
    private readonly ConcurrentDictionary<ConnectionContext, bool> _open = new(ReferenceEqualityComparer.Instance);

    /// <summary>
    /// Asks the server to end every connection: an idle one immediately, a busy one after the response in progress, which then contains
    /// <c>Connection: close</c>.
    /// </summary>
    public void Close()
    {
        foreach ((ConnectionContext connection, _) in _open)
        {
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
    }

    /// <summary>Serves a connection, which is open until then.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate serve)
    {
        _open[connection] = true;
        try
        {
            await serve(connection);
        }
        finally
        {
            _open.TryRemove(connection, out _);
        }
    }
}
