namespace OrleansLimiter;

/// <summary>
/// Decides when to look at the groups: every ten seconds, and every second while the bound on them is near. A pass over
/// a million groups is some 0.1 s of one core. Walking in slices was dropped: an enumerator that is kept keeps the
/// dictionary's former table with all its nodes.
/// </summary>
internal sealed class Sweep : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private const int TicksPerPass = 10;

    private readonly ITimer _timer;
    private int _ticks;
    private int _running;

    /// <summary>Starts sweeping.</summary>
    /// <param name="time">Whose timer to use.</param>
    /// <param name="pass">Walks the groups once.</param>
    /// <param name="boundIsNear">Whether new keys may soon be refused.</param>
    public Sweep(TimeProvider time, Action pass, Func<bool> boundIsNear)
    {
        _timer = time.CreateTimer(_ => OnTick(pass, boundIsNear), null, Tick, Tick);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void OnTick(Action pass, Func<bool> boundIsNear)
    {
        // A pass that takes longer than a tick must not be joined by another.
        if (Interlocked.Exchange(ref _running, 1) == 1)
        {
            return;
        }

        try
        {
            if (++_ticks >= TicksPerPass || boundIsNear())
            {
                _ticks = 0;
                pass();
            }
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }
}
