using System.Net;

namespace OrleansLimiter.Hosting;

/// <summary>
/// A maximum of open connections. At the maximum, a new connection displaces the one that has been idle the longest, so that a caller that
/// sends a request is served.
/// </summary>
/// <remarks>
/// <para>
/// Idle is the time since the last complete request, so a connection that sends slowly or reads slowly is idle. Connections without a
/// complete request are displaced first if they are more than a quarter of all, because an attacker opens them with the least effort;
/// in a quarter, a new caller has time to send its request. A connection with a request is displaced before them after 10 s of idleness.
/// </para>
/// <para>One lock serves all connections. It is taken when one opens or closes, never for a request.</para>
/// </remarks>
/// <param name="max">The maximum.</param>
/// <param name="maxPerAddress">The maximum of one remote address; null for none.</param>
/// <param name="responseTimeout">As of <see cref="HostSettings.ResponseTimeout"/>.</param>
/// <param name="time">For the timeout.</param>
/// <param name="now">For idleness, in milliseconds as <see cref="Environment.TickCount64"/>.</param>
internal sealed class ConnectionBound(int max, int? maxPerAddress, TimeSpan responseTimeout, TimeProvider time, Func<long> now)
{
    /// <summary>How long a connection with a complete request is preferred to those without: 10 s.</summary>
    public const long ProvenMilliseconds = 10_000;

    private readonly Lock _gate = new();
    private readonly SortedSet<BoundedConnection> _fresh = new(DisplacementOrder.Comparer);
    private readonly SortedSet<BoundedConnection> _proven = new(DisplacementOrder.Comparer);
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private readonly int _maxClosing = Math.Max(8, max / 16);
    private TaskCompletionSource? _closed;
    private int _closing;
    private long _last;
    private long _displaced;
    private long _refused;
    private long _unread;

    /// <summary>The maximum.</summary>
    public int Max => max;

    /// <summary>The maximum time in which a caller must read a response.</summary>
    public TimeSpan ResponseTimeout => responseTimeout;

    /// <summary>The clock of <see cref="ResponseTimeout"/>.</summary>
    public TimeProvider Time => time;

    /// <summary>The number of connections that were closed because they were idle and their place was needed.</summary>
    public long Displaced => Interlocked.Read(ref _displaced);

    /// <summary>The number of connections that were closed at once, because their address had the maximum.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>The number of ended connections that were closed because the caller did not read the rest of a response.</summary>
    public long Unread => Interlocked.Read(ref _unread);

    /// <summary>The number of open connections.</summary>
    public int Open
    {
        get
        {
            lock (_gate)
            {
                return _fresh.Count + _proven.Count;
            }
        }
    }

    /// <summary>Completes when few displaced connections are still closing, so that descriptors are free.</summary>
    public Task WaitForClosingAsync()
    {
        lock (_gate)
        {
            return _closing < _maxClosing
                ? Task.CompletedTask
                : (_closed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Adds a connection, and displaces another one at the maximum. Returns false if the address has its maximum.</summary>
    public bool TryAdd(BoundedConnection connection)
    {
        BoundedConnection? displaced = null;
        lock (_gate)
        {
            if (maxPerAddress is not null && connection.Address is { } address)
            {
                int others = _byAddress.GetValueOrDefault(address);
                if (others >= maxPerAddress)
                {
                    _refused++;
                    return false;
                }

                _byAddress[address] = others + 1;
            }

            if (_fresh.Count + _proven.Count >= max)
            {
                displaced = TakeIdlest();
            }

            connection.Order = new(now(), ++_last, IsProven: false);
            _fresh.Add(connection);
        }

        displaced?.Displace(); // outside of the lock, because it may run continuations
        return true;
    }

    /// <summary>Displaces connections, because the process has no descriptors left.</summary>
    public void Displace(int count)
    {
        for (int i = 0; i < count; i++)
        {
            BoundedConnection? displaced;
            lock (_gate)
            {
                displaced = TakeIdlest();
            }

            displaced?.Displace();
        }
    }

    /// <summary>Removes a connection whose socket is closed.</summary>
    public void Remove(BoundedConnection connection)
    {
        TaskCompletionSource? closed = null;
        lock (_gate)
        {
            if (!_fresh.Remove(connection) && !_proven.Remove(connection) && --_closing < _maxClosing)
            {
                (closed, _closed) = (_closed, null);
            }

            if (maxPerAddress is not null && connection.Address is { } address && --_byAddress[address] == 0)
            {
                _byAddress.Remove(address);
            }
        }

        closed?.TrySetResult();
    }

    /// <summary>Counts a connection whose caller does not read what was written before the end.</summary>
    public void OnUnread() => Interlocked.Increment(ref _unread);

    private BoundedConnection? TakeIdlest()
    {
        BoundedConnection? fresh = Idlest(_fresh);
        BoundedConnection? proven = Idlest(_proven);
        bool takesProven = fresh is null
            || (proven is not null
                && (proven.Order.Since + ProvenMilliseconds <= fresh.Order.Since || _fresh.Count <= max / 4));
        BoundedConnection? idlest = takesProven ? proven : fresh;
        if (idlest is not null)
        {
            (takesProven ? _proven : _fresh).Remove(idlest);
            _displaced++;
            _closing++;
        }

        return idlest;
    }

    // Requests only write the time, so the order of a connection is corrected when it is the first.
    private BoundedConnection? Idlest(SortedSet<BoundedConnection> connections)
    {
        while (connections.Min is { } first)
        {
            DisplacementOrder order = first.Order.After(first.Activity);
            if (order == first.Order)
            {
                return first;
            }

            connections.Remove(first);
            first.Order = order;
            (order.IsProven ? _proven : _fresh).Add(first);
        }

        return null;
    }
}
