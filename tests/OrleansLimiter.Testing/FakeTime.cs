using Microsoft.Extensions.Time.Testing;

namespace OrleansLimiter.Testing;

/// <summary>
/// A <see cref="FakeTimeProvider"/> with monotonic timestamps. <see cref="Advance"/> moves both clocks;
/// <see cref="FakeTimeProvider.AdjustTime"/> moves only UTC, as an operator or a time server would.
/// </summary>
public sealed class FakeTime() : FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    // The shortest period of the limiter's timers. A timer that is due between two steps fires at the second.
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(100);

    private long _elapsed;
    private int _timers;

    /// <summary>The number of timers that are not disposed, which the base class does not provide.</summary>
    public int Timers => Volatile.Read(ref _timers);

    /// <summary>The ticks advanced so far.</summary>
    /// <remarks>
    /// The base class derives it from UTC. Its readings also share a lock, which would hide races of the code under test, and may
    /// fire timers on the thread that reads.
    /// </remarks>
    public override long GetTimestamp() => Interlocked.Read(ref _elapsed);

    /// <summary>Moves both clocks by <paramref name="delta"/> and fires the timers that fall due.</summary>
    /// <remarks>The base class moves to the end first, where all firings of a periodic timer would see the same time.</remarks>
    public new void Advance(TimeSpan delta)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delta, TimeSpan.Zero);
        while (delta > s_step && Timers > 0)
        {
            Move(s_step);
            delta -= s_step;
        }

        Move(delta);
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref _timers);
        return new CountedTimer(this, base.CreateTimer(callback, state, NotAtOnce(dueTime), period));
    }

    // The base class runs the callback of a timer that is due inside the call that sets it, and the caller may hold a lock.
    private static TimeSpan NotAtOnce(TimeSpan dueTime) => dueTime == TimeSpan.Zero ? new(1) : dueTime;

    private void Move(TimeSpan step)
    {
        Interlocked.Add(ref _elapsed, step.Ticks);
        base.Advance(step);
    }

    private sealed class CountedTimer(FakeTime time, ITimer timer) : ITimer
    {
        private int _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(NotAtOnce(dueTime), period);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                Interlocked.Decrement(ref time._timers);
                timer.Dispose();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
