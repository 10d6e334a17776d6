using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>Sends the states of groups to one silo, several in a message, one message at a time.</summary>
/// <param name="next">The silo.</param>
/// <param name="clock">The clock of the groups.</param>
/// <param name="onIdle">Is called each time when no state is waiting any more.</param>
internal sealed class HandOverChannel(ISiloGrain next, LimiterClock clock, Action<HandOverChannel> onIdle)
{
    /// <summary>The maximum number of states in a message: 512.</summary>
    public const int MaxStates = 512;

    /// <summary>The size from which a message is sent without further states: 256 KiB.</summary>
    public const int MaxBytes = 1 << 18;

    private readonly Lock _lock = new();
    private readonly Queue<(PendingState State, TaskCompletionSource<bool> Acknowledged)> _waiting = new();
    private bool _sending;

    /// <summary>Sends a state. Returns whether the silo has acknowledged it. Never throws.</summary>
    public async Task<bool> SendAsync(PendingState state, CancellationToken token)
    {
        var acknowledged = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Enqueue((state, acknowledged));
            if (!_sending)
            {
                _sending = true;
                _ = Task.Run(SendAllAsync, CancellationToken.None);
            }
        }

        try
        {
            return await acknowledged.Task.WaitAsync(token).ConfigureAwait(false);
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
                var message = new HandOverMessage([.. states.Select(each => each.State.ToData(now))]);
                HandOverReply reply = await next.ReceiveAsync(message).ConfigureAwait(false);
                acknowledged = reply.Accepted;
            }
            catch (Exception)
            {
                acknowledged = false; // the sender tries again
            }

            states.ForEach(each => each.Acknowledged.SetResult(acknowledged));
        }

        onIdle(this);
    }

    private List<(PendingState State, TaskCompletionSource<bool> Acknowledged)> Take()
    {
        lock (_lock)
        {
            List<(PendingState State, TaskCompletionSource<bool> Acknowledged)> states = [];
            for (int bytes = 0; states.Count < MaxStates && bytes < MaxBytes && _waiting.TryDequeue(out var each);)
            {
                states.Add(each);
                bytes += each.State.State.Length;
            }

            _sending = states.Count > 0;
            return states;
        }
    }
}

/// <summary>The state of a group that has ended. The id is random.</summary>
internal sealed record PendingState(
    Scope Scope, string Key, byte[] State, Instant SavedAt, long Id, bool CountsForAccount, string[]? KeptBuckets)
{
    public GroupStateData ToData(Instant now) => new((byte)Scope, Key, State, (now - SavedAt).Ticks, Id, CountsForAccount)
    {
        KeptBuckets = KeptBuckets,
    };
}
