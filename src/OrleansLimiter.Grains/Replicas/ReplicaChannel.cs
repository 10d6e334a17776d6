namespace OrleansLimiter.Grains;

/// <summary>
/// Sends the changed groups whose replicas belong on one silo, many in a message, one message at a time. The state of a group is saved when
/// its message is built, so a group that waits is sent once.
/// </summary>
/// <param name="silo">The silo.</param>
/// <param name="to">Its grain.</param>
/// <param name="sender">The sender, which saves the states.</param>
internal sealed class ReplicaChannel(SiloAddress silo, ISiloGrain to, ReplicaSender sender)
{
    /// <summary>The maximum number of states in a message: 512.</summary>
    public const int MaxStates = 512;

    /// <summary>The size from which a message is sent without further states: 64 KiB, below the size of large objects.</summary>
    public const int MaxBytes = 1 << 16;

    /// <summary>
    /// The pauses after messages that failed; the last one is repeated. They depend on Orleans, so they are real times in tests as well.
    /// </summary>
    public static readonly TimeSpan[] Pauses = [.. new[] { 0.1, 0.2, 0.5, 1, 2, 5 }.Select(TimeSpan.FromSeconds)];

    private readonly Lock _lock = new();
    private readonly ReplicaFrameWriter _frame = new();
    private readonly List<SentGroup> _sent = [];
    private readonly Queue<WaitingGroup> _waiting = new();
    private readonly Queue<WaitingGroup> _failed = new();
    private Instant _since = new(long.MaxValue);
    private bool _sending;
    private bool _isClosed;

    /// <summary>The silo.</summary>
    public SiloAddress Silo => silo;

    /// <summary>Changes after this moment may not be acknowledged yet; the end of time if all are.</summary>
    public Instant OldestChange
    {
        get
        {
            lock (_lock)
            {
                Instant oldest = _since;
                oldest = _failed.TryPeek(out WaitingGroup failed) ? Instant.Min(oldest, failed.Since) : oldest;
                return _waiting.TryPeek(out WaitingGroup waiting) ? Instant.Min(oldest, waiting.Since) : oldest;
            }
        }
    }

    /// <summary>Adds a group that has changed since a moment.</summary>
    public void Add(GroupGrain group, Instant since, ReplicaView view)
    {
        lock (_lock)
        {
            _waiting.Enqueue(new(group, since, view));
        }
    }

    /// <summary>Begins to send what waits, if no message is in progress.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (!_sending && _waiting.Count + _failed.Count > 0)
            {
                _sending = true;
                _ = Task.Run(SendAllAsync);
            }
        }
    }

    /// <summary>Returns the groups that wait to the sender, because the silo has left.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            while (_failed.TryDequeue(out WaitingGroup next) || _waiting.TryDequeue(out next))
            {
                sender.Add(next.Grain, next.Since);
            }
        }
    }

    private async Task SendAllAsync()
    {
        for (int failures = 0; TryBuild();)
        {
            if (await TrySendAsync().ConfigureAwait(false))
            {
                failures = 0;
            }
            else
            {
                await Task.Delay(Pauses[Math.Min(failures++, Pauses.Length - 1)]).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> TrySendAsync()
    {
        long sequence = sender.NextSequence;
        int bytes = _frame.Length;
        try
        {
            ReplicaReply reply = await to.ReplicateAsync(sender.ToMessage(sequence, _frame.Take())).ConfigureAwait(false);
            if (reply.Outcome == ReplicaReply.Accepted)
            {
                sender.OnAcknowledged(_sent, bytes, reply.Earlier);
                return true;
            }
        }
        catch (Exception)
        {
            // The silo has stopped, hangs, or has an earlier version.
        }

        KeepFailed();
        return false;
    }

    private void KeepFailed()
    {
        lock (_lock)
        {
            foreach (SentGroup sent in _sent)
            {
                sent.Grain.Group.MarkNotReplicated(sent.Returned);
                if (_isClosed)
                {
                    sender.Add(sent.Grain, sent.Since);
                }
                else
                {
                    _failed.Enqueue(new(sent.Grain, sent.Since, View: null));
                }
            }
        }
    }

    // Builds the next message. Returns false, and stops sending, if nothing waits.
    private bool TryBuild()
    {
        _sent.Clear();
        while (_sent.Count == 0)
        {
            long began = sender.Timestamp;
            int saved = 0;
            for (; _sent.Count < MaxStates && _frame.Length < MaxBytes && TryDequeue(out WaitingGroup next); saved++)
            {
                sender.Save(next, this, _frame, _sent);
            }

            sender.OnSaved(saved, began);
            if (saved == 0 && HasStopped())
            {
                return false;
            }
        }

        return true;
    }

    private bool TryDequeue(out WaitingGroup next)
    {
        lock (_lock)
        {
            bool any = _failed.TryDequeue(out next) || _waiting.TryDequeue(out next);
            _since = !any ? _since : _sent.Count == 0 ? next.Since : Instant.Min(_since, next.Since);
            return any;
        }
    }

    private bool HasStopped()
    {
        lock (_lock)
        {
            if (_failed.Count + _waiting.Count > 0)
            {
                return false;
            }

            (_sending, _since) = (false, new(long.MaxValue));
            return true;
        }
    }
}

/// <summary>A group that waits for its message.</summary>
/// <param name="Grain">The group.</param>
/// <param name="Since">It has changed after this moment.</param>
/// <param name="View">The list by which its replica belongs on the silo; null if this must be computed again.</param>
internal readonly record struct WaitingGroup(GroupGrain Grain, Instant Since, ReplicaView? View);

/// <summary>A group in a message.</summary>
/// <param name="Grain">The group.</param>
/// <param name="Since">It had changed after this moment.</param>
/// <param name="Returned">Whether permits were returned.</param>
internal readonly record struct SentGroup(GroupGrain Grain, Instant Since, bool Returned);
