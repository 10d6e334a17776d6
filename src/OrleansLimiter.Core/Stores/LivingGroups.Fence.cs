namespace OrleansLimiter;

// Groups of a silo that must not decide, because others may hold them.
public sealed partial class LivingGroups
{
    /// <summary>
    /// The time for which operations wait until the groups decide again, from the moment at which the groups ceased to: 400 ms. Most fences
    /// that close without a failure are open by then, and it is less than a front-end tolerates silence (500 ms by default).
    /// </summary>
    internal static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(400);

    private TaskCompletionSource? _changed;
    private long _decidesUntil = long.MaxValue;
    private long _fenced;

    /// <summary>
    /// The moment from which the groups decide nothing: acquisitions, reads and leases are unavailable. Commits and cancellations, which
    /// admit nothing, are executed. By default it never comes. A silo sets it, because others may hold its groups by then.
    /// </summary>
    internal Instant DecidesUntil
    {
        get => new(Volatile.Read(ref _decidesUntil));
        set
        {
            Interlocked.Exchange(ref _decidesUntil, value.Ticks);
            Interlocked.Exchange(ref _changed, null)?.TrySetResult();
        }
    }

    /// <summary>The number of operations that were not executed because of <see cref="DecidesUntil"/>.</summary>
    internal long Fenced => Interlocked.Read(ref _fenced);

    /// <summary>
    /// Whether an operation that decides should wait for <see cref="WaitAsync"/>: the groups must not decide now, but may do so soon.
    /// </summary>
    internal bool MustWait => DecidesUntil.Ticks != long.MaxValue && WaitLeft > TimeSpan.Zero;

    private TimeSpan WaitLeft
    {
        get
        {
            Instant until = DecidesUntil; // can change meanwhile
            Instant now = Clock.Now;
            return until <= now && now < until + MaxWait ? until + MaxWait - now : TimeSpan.Zero;
        }
    }

    /// <summary>Whether the groups must not decide at a moment.</summary>
    internal bool IsFenced(Instant now) => now.Ticks >= Volatile.Read(ref _decidesUntil);

    /// <summary>Waits if <see cref="MustWait"/>. Allocates nothing otherwise.</summary>
    internal ValueTask WaitIfFencedAsync() => MustWait ? new(WaitAsync()) : default;

    /// <summary>Waits while <see cref="MustWait"/>, on the clock of the groups.</summary>
    internal async Task WaitAsync()
    {
        while (true)
        {
            // The order is that of the setter the other way round, so that no change is missed.
            TaskCompletionSource changed = Volatile.Read(ref _changed) ?? NewChange();
            if (WaitLeft is var left && left <= TimeSpan.Zero)
            {
                return;
            }

            await changed.Task.WaitAsync(left, Clock.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Counts an operation that was not executed because of <see cref="DecidesUntil"/>, and returns its reply.</summary>
    internal GroupReply Refuse()
    {
        Interlocked.Increment(ref _fenced);
        return GroupReply.Unavailable();
    }

    private TaskCompletionSource NewChange()
    {
        var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return Interlocked.CompareExchange(ref _changed, created, null) ?? created;
    }
}
