using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// A group with its lock, asked by its grain, by the silo for many front-ends at once, and by a front-end in the same process.
/// Whoever asks makes one step; with the first step after its end nothing is done, so that nobody counts what is about to be
/// dropped.
/// </summary>
/// <remarks>It knows nothing of its grain: front-ends may remember it for longer than that lives.</remarks>
internal sealed class LivingGroup(LimiterClock clock) : Group, ILocalGroup
{
    private long _due = clock.Now.Ticks;
    private bool _lives;

    /// <summary>Whether somebody has taken, so that it counts against the bound; not so once it has ended.</summary>
    public bool Lives => Volatile.Read(ref _lives);

    /// <summary>When the sweep need look at it next.</summary>
    public Instant Due => new(Volatile.Read(ref _due));

    /// <inheritdoc/>
    public bool TryTake(GroupRules rules, int cost, out Reading reading)
    {
        reading = default;
        lock (this)
        {
            Instant now = clock.Now;
            if (!_lives || !TryTake(rules, cost, now, out reading))
            {
                return false;
            }

            KeepUntil(now + reading.Reset);
            return true;
        }
    }

    /// <inheritdoc/>
    public bool TryAsk(in GroupAsk ask, out GroupReply reply)
    {
        lock (this)
        {
            reply = default;
            if (_lives)
            {
                reply = Ask(ask);
            }

            return _lives;
        }
    }

    /// <summary>Leases, or ends a lease. False where the group does not live here any more; then nothing was done.</summary>
    public bool TryLease(LeaseMessage message, out LeaseReply reply)
    {
        lock (this)
        {
            reply = default;
            if (_lives)
            {
                Instant now = clock.Now;
                reply = Lease(message.Rules!, message.Wanted, new(message.Span), new(message.LeaseId), now, new(message.Ended), message.Used);
                KeepUntilDecayed(reply.Group, now, named: true);
            }

            return _lives;
        }
    }

    /// <summary>Brings it to life, and asks.</summary>
    public GroupReply AskFirst(in GroupAsk ask)
    {
        lock (this)
        {
            _lives = true;
            return Ask(ask);
        }
    }

    public IReadOnlyList<(string Bucket, Rule Rule, Reading Reading)> Usage()
    {
        lock (this)
        {
            return Usage(clock.Now);
        }
    }

    /// <summary>Forgets what was consumed; whether there was anything. It can go with the next sweep.</summary>
    public bool Clear()
    {
        lock (this)
        {
            Instant now = clock.Now;
            bool any = _lives && !Trim(now);
            Reset();
            Volatile.Write(ref _due, now.Ticks);
            return any;
        }
    }

    /// <summary>Drops what has decayed, and ends it where nothing is left; whether it did.</summary>
    /// <param name="lookAgain">How long until it is looked at again, where something is left.</param>
    public bool TryEnd(TimeSpan lookAgain)
    {
        lock (this)
        {
            Instant now = clock.Now;
            if (Due > now)
            {
                return false;
            }

            if (Trim(now))
            {
                _lives = false;
                return true;
            }

            Volatile.Write(ref _due, (now + lookAgain).Ticks);
            return false;
        }
    }

    /// <summary>Ends it, whatever it remembers.</summary>
    public void End()
    {
        lock (this)
        {
            _lives = false;
        }
    }

    private GroupReply Ask(in GroupAsk ask)
    {
        Instant now = clock.Now;
        switch (ask.Kind)
        {
            case AskKind.Confirm:
                Confirm(ask.Id, now);
                return default;
            case AskKind.Return:
                Return(ask.Id, now);
                return Read(ask.Rules!, ask.Cost, now);
            case AskKind.Read:
                return Read(ask.Rules!, ask.Cost, now);
            default:
                GroupReply reply = Take(ask.Rules!, ask.Cost, now, ask.Id, ask.Kind == AskKind.Hold);
                KeepUntilDecayed(reply, now, named: ask.Id != TakeId.None);
                return reply;
        }
    }

    private void KeepUntilDecayed(in GroupReply reply, Instant now, bool named)
    {
        TimeSpan reset = named ? RememberedFor : TimeSpan.Zero;
        for (int i = 0; i < reply.Readings.Count; i++)
        {
            TimeSpan one = reply.Readings[i].Reset;
            reset = one > reset ? one : reset;
        }

        KeepUntil(now + reset);
    }

    private void KeepUntil(Instant due)
    {
        if (due > Due)
        {
            Volatile.Write(ref _due, due.Ticks);
        }
    }
}
