using System.Net;
using Microsoft.AspNetCore.Connections;

namespace OrleansLimiter.Silo;

/// <summary>
/// A listener of Orleans that accepts no connection while too many are open. Connections that <see cref="InboundConnections"/> closes need
/// a moment to end; without this listener, more connections than the process has descriptors are accepted meanwhile.
/// </summary>
/// <param name="inner">Accepts connections.</param>
/// <param name="max">The maximum of open connections.</param>
internal sealed class SlotListener(IConnectionListener inner, int max) : IConnectionListener
{
    private readonly SemaphoreSlim _slots = new(max);
    private readonly CancellationTokenSource _unbound = new();

    public EndPoint EndPoint => inner.EndPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await _slots.WaitAsync(_unbound.Token);
        }
        catch (OperationCanceledException)
        {
            return null; // unbound
        }

        ConnectionContext? accepted = await inner.AcceptAsync(cancellationToken);
        return accepted is null ? null : new SlotConnection(accepted, _slots);
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _unbound.CancelAsync();
        await inner.UnbindAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    /// <summary>Accepts the connections of a port of Orleans with a <see cref="SlotListener"/>.</summary>
    internal sealed class Factory(IConnectionListenerFactory inner, int max) : IConnectionListenerFactory
    {
        public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            new SlotListener(await inner.BindAsync(endpoint, cancellationToken), max);
    }

    private sealed class SlotConnection(ConnectionContext inner, SemaphoreSlim slots) : ForwardingConnection(inner)
    {
        private int _ended;

        public override async ValueTask DisposeAsync()
        {
            try
            {
                await Inner.DisposeAsync();
            }
            finally
            {
                if (Interlocked.Exchange(ref _ended, 1) == 0)
                {
                    slots.Release();
                }
            }
        }
    }
}
