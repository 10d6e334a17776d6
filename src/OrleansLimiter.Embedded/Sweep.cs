namespace OrleansLimiter.Embedded;

/// <summary>
/// Walks the groups in slices, once a second, so that a pass over all of them takes half a minute and never much of
/// a core. When the bound on groups is near, each second walks all of them.
/// </summary>
internal sealed class Sweep : IDisposable
{
    /// <summary>How often a slice is walked.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private const int SlicesPerPass = 30;
    private const int SmallestSlice = 10_000;

    private readonly Func<IEnumerator<bool>> _pass;
    private readonly Func<(long Living, long Bound)> _fill;
    private readonly ITimer _timer;
    private IEnumerator<bool>? _current;
    private int _running;

    /// <summary>Starts sweeping.</summary>
    /// <param name="time">Whose timer to use.</param>
    /// <param name="pass">Starts a pass; each step looks at one group.</param>
    /// <param name="fill">How many groups live, and how many may.</param>
    public Sweep(TimeProvider time, Func<IEnumerator<bool>> pass, Func<(long Living, long Bound)> fill)
    {
        (_pass, _fill) = (pass, fill);
        _timer = time.CreateTimer(_ => Slice(), null, Period, Period);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Slice()
    {
        // A slice that takes longer than the period must not be joined by the next.
        if (Interlocked.Exchange(ref _running, 1) == 1)
        {
            return;
        }

        (long living, long bound) = _fill();
        long steps = living >= bound - bound / 10 ? long.MaxValue : Math.Max(SmallestSlice, living / SlicesPerPass);
        _current ??= _pass();
        while (steps-- > 0)
        {
            if (!_current.MoveNext())
            {
                _current = null;
                break;
            }
        }

        Volatile.Write(ref _running, 0);
    }
}
