using System.Net;
using Microsoft.AspNetCore.Connections;

namespace OrleansLimiter.Hosting;

/// <summary>A listener whose connections are counted by a <see cref="ConnectionBound"/>.</summary>
/// <param name="inner">Accepts connections.</param>
/// <param name="bound">The maximum of connections.</param>
/// <param name="log">Logs that the maximum was reached.</param>
internal sealed class BoundedListener(IConnectionListener inner, ConnectionBound bound, ConnectionLog log) : IConnectionListener
{
    public EndPoint EndPoint => inner.EndPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            await bound.WaitForClosingAsync();
            if (await inner.AcceptAsync(cancellationToken) is not { } accepted)
            {
                return null;
            }

            var connection = new BoundedConnection(accepted, bound);
            bool isAdded = bound.TryAdd(connection);
            log.OnAccepted(bound);
            if (isAdded)
            {
                return connection;
            }

            await connection.RefuseAsync();
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
