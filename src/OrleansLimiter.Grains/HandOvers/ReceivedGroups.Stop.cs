using Orleans.Runtime;

namespace OrleansLimiter.Grains;

// The stop of the silo.
internal sealed partial class ReceivedGroups
{
    private readonly Lock _closing = new();
    private volatile bool _refuses;
    private bool _closed;

    /// <summary>Is called for the state of a group that could not be sent to another silo, after <see cref="Close"/>.</summary>
    public Action<List<PendingState>> Left { get; set; } = _ => { };

    /// <summary>Whether states are being sent to another silo.</summary>
    public bool IsForwarding => !_forwarding.IsEmpty;

    /// <summary>Activates the grains without pauses, because this silo stops.</summary>
    public void Hurry() => _hurry.Cancel();

    /// <summary>Accepts no further states.</summary>
    public void Refuse() => _refuses = true;

    /// <summary>Accepts no further states, because this silo has stopped, and returns what is left, in the order of its arrival.</summary>
    public Dictionary<GrainId, List<PendingState>> Close()
    {
        lock (_closing)
        {
            (_refuses, _closed) = (true, true);
        }

        var left = new Dictionary<GrainId, List<PendingState>>();
        foreach (GrainId grain in _states.Keys)
        {
            _states.TryRemove(grain, out ReceivedState? state);
            for (; state is not null; state = state.Other)
            {
                left.TryAdd(grain, []);
                left[grain].Insert(0, state.State);
                Interlocked.Decrement(ref _count);
            }
        }

        return left;
    }

    private bool TryAdd(GrainId id, PendingState state)
    {
        lock (_closing)
        {
            if (!_closed)
            {
                Interlocked.Increment(ref _count);
                _states.AddOrUpdate(id, _ => new(state), (_, other) => new(state) { Other = other });
            }

            return !_closed;
        }
    }

    // A state that was taken to be continued or sent.
    private void Return(GrainId id, PendingState state)
    {
        bool returned = TryAdd(id, state);
        Interlocked.Decrement(ref _count); // it is counted already
        if (!returned)
        {
            Left([state]);
        }
    }
}
