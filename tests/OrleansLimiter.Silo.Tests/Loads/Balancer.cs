namespace OrleansLimiter.Silo.Tests;

/// <summary>Chooses front-ends in turn, as a load balancer does that asks each for its readiness.</summary>
internal sealed class Balancer : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _end = new();
    private readonly Task _polling;
    private volatile HostProcess[] _hosts;
    private volatile HostProcess[] _ready;
    private int _next;

    public Balancer(IEnumerable<HostProcess> ready)
    {
        _hosts = _ready = [.. ready];
        _polling = Task.Run(PollAsync);
    }

    public void Add(HostProcess host) => _hosts = [.. _hosts, host];

    /// <summary>Removes a host that has ended, before it is disposed.</summary>
    public void Remove(HostProcess host) => _hosts = [.. _hosts.Where(each => each != host)];

    /// <summary>The next host; null if none is ready.</summary>
    public HostProcess? Next() => _ready is { Length: > 0 } ready ? ready[(uint)Interlocked.Increment(ref _next) % ready.Length] : null;

    /// <summary>Waits until a host is ready.</summary>
    public async Task<HostProcess> NextAsync()
    {
        while (true)
        {
            if (Next() is { } host)
            {
                return host;
            }

            await Task.Delay(Period);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _polling;
        _end.Dispose();
    }

    private async Task PollAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            HostProcess[] hosts = _hosts;
            bool[] areReady = await Task.WhenAll(hosts.Select(host => host.IsReadyAsync()));
            _ready = [.. hosts.Where((_, i) => areReady[i])];
            await Task.Delay(Period, CancellationToken.None);
        }
    }
}
