using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>Sends the states of groups to one silo, several in a message, one message at a time.</summary>
internal sealed class HandOverChannel(ISiloGrain next, LimiterClock clock)
{
    /// <summary>The maximum number of states in a message: 512.</summary>
    public const int MaxStates = 512;

    /// <summary>The size from which a message is sent without further states: 256 KiB.</summary>
    public const int MaxBytes = 1 << 18;

    private readonly Lock _lock = new();
    private readonly Queue<PendingState> _waiting = new();
    private bool _sending;

    /// <summary>Sends a state. Returns whether the silo has acknowledged it. Never throws.</summary>
    public Task<bool> SendAsync(PendingState state, CancellationToken token)
    {
        var acknowledged = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        state.Acknowledged = acknowledged;
        lock (_lock)
        {
            _waiting.Enqueue(state);
            if (!_sending)
            {
                _sending = true;
                _ = Task.Run(SendAllAsync, CancellationToken.None);
            }
        }

        return token.CanBeCanceled ? WaitAsync(acknowledged.Task, token) : acknowledged.Task;
    }

    private static async Task<bool> WaitAsync(Task<bool> acknowledged, CancellationToken token)
    {
        try
        {
            return await acknowledged.WaitAsync(token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task SendAllAsync()
    {
        while (Take() is { Count: > 0 } states)
        {
            bool acknowledged;
            try
            {
                Instant now = clock.Now;
                HandOverReply reply = await next.ReceiveAsync(new([.. states.Select(state => state.ToData(now))])).ConfigureAwait(false);
                acknowledged = reply.Accepted == states.Count;
            }
            catch (Exception)
            {
                acknowledged = false; // the sender tries another silo, or counts the states as lost
            }

            states.ForEach(state => state.Acknowledged!.TrySetResult(acknowledged));
        }
    }

    private List<PendingState> Take()
    {
        lock (_lock)
        {
            var states = new List<PendingState>();
            for (int bytes = 0; states.Count < MaxStates && bytes < MaxBytes && _waiting.TryDequeue(out PendingState? state);)
            {
                states.Add(state);
                bytes += state.State.Length;
            }

            _sending = states.Count > 0;
            return states;
        }
    }
}

/// <summary>The state of a group that has ended, and whether another silo has acknowledged it.</summary>
internal sealed record PendingState(Scope Scope, string Key, byte[] State, Instant SavedAt)
{
    public TaskCompletionSource<bool>? Acknowledged { get; set; }

    public GroupStateData ToData(Instant now) => new((byte)Scope, Key, State, (now - SavedAt).Ticks);
}
