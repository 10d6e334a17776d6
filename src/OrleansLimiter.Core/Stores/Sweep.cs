namespace OrleansLimiter;

/// <summary>
/// Runs the sweep of groups: every ten seconds, and every second while the number of groups is near a bound. A pass over a
/// million groups takes about 0.1 s of one core. A pass is not split, because an enumerator that is kept alive also keeps the
/// replaced table of the dictionary.
/// </summary>
internal sealed class Sweep : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private const int TicksPerPass = 10;

    private readonly ITimer _timer;
    private int _ticks;
    private int _running;

    /// <summary>Starts sweeping.</summary>
    /// <param name="time">The provider of the timer.</param>
    /// <param name="pass">Visits every group once.</param>
    /// <param name="boundIsNear">Whether the number of groups, or that of an account, is near its bound.</param>
    public Sweep(TimeProvider time, Action pass, Func<bool> boundIsNear)
    {
        _timer = time.CreateTimer(_ => OnTick(pass, boundIsNear), null, Tick, Tick);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void OnTick(Action pass, Func<bool> boundIsNear)
    {
        // Passes must not overlap, even if one takes longer than a tick.
        if (Interlocked.Exchange(ref _running, 1) == 1)
        {
            return;
        }

        try
        {
            if (boundIsNear() | ++_ticks >= TicksPerPass)
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
