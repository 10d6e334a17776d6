namespace OrleansLimiter.Grains;

/// <summary>
/// Runs an action for many items at a bounded rate: some at once, and the same number every <see cref="Period"/>. Without items there is no
/// timer.
/// </summary>
/// <param name="clock">The clock of the timer.</param>
/// <param name="perStep">The number of items of a step.</param>
/// <param name="run">The action. It must not throw.</param>
internal sealed class PacedQueue<T>(LimiterClock clock, Func<int> perStep, Action<T> run) : IDisposable
{
    /// <summary>The time between two steps: 100 ms, so that a step is short compared to the deadline of a decision.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private Queue<T> _waiting = new();
    private ITimer? _timer;
    private bool _isDisposed;

    /// <summary>The number of waiting items.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>
    /// Runs the action for the items, unless earlier ones still wait: they include what was due then, and the rest is due later.
    /// </summary>
    /// <param name="items">The items. Not enumerated if earlier ones wait.</param>
    public void RunAll(IEnumerable<T> items)
    {
        if (Count > 0)
        {
            return;
        }

        var waiting = new Queue<T>(items);
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _waiting = waiting;
            _timer ??= waiting.Count == 0 ? null
                : clock.Time.CreateTimer(static state => ((PacedQueue<T>)state!).Step(), this, Period, Period);
        }

        Step();
    }

    /// <summary>Stops. The items that wait are dropped.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            Clear();
        }
    }

    private void Step()
    {
        lock (_lock)
        {
            for (int left = perStep(); left > 0 && _waiting.TryDequeue(out T? item); left--)
            {
                run(item);
            }

            if (_waiting.Count == 0)
            {
                Clear();
            }
        }
    }

    // A new queue, because one that was long keeps its array.
    private void Clear()
    {
        _timer?.Dispose();
        (_timer, _waiting) = (null, new());
    }
}
