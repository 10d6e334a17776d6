using System.Collections.Concurrent;
using Orleans.Runtime;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// The states of groups that other silos have handed over. The grain of each group is activated at once and continues from the state.
/// </summary>
internal sealed class ReceivedGroups(SiloGroupRegistry silo, IGrainFactory factory, HandOverCounters counters)
{
    // So that hand-overs do not occupy all threads while requests are decided.
    private const int MaxActivations = 64;

    // The pauses before further attempts. The first ones are at once, because the silo that stops can be in the caches of several silos,
    // and a rejected call removes it from one of them.
    private static readonly TimeSpan[] s_pauses = [TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)];

    private readonly ConcurrentDictionary<GrainId, ReceivedState> _states = new();
    private readonly GroupGrainFactory _grains = new(factory);

    /// <summary>Keeps the states of a message, and starts the activation of their grains.</summary>
    public HandOverReply Receive(HandOverMessage message)
    {
        Instant now = silo.Living.Clock.Now;
        if (!Array.TrueForAll(message.Groups, group => ScopeDescriptor.Find((Scope)group.Scope) is not null && group.Age >= 0))
        {
            return new(accepted: false); // of a newer version
        }

        foreach (GroupStateData group in message.Groups)
        {
            GrainId id = _grains.Get((Scope)group.Scope, group.Key).GetGrainId();
            _states[id] = new(group.State, new Instant(now.Ticks - group.Age));
        }

        _ = Task.Run(() => Parallel.ForEachAsync(
            message.Groups, new ParallelOptions { MaxDegreeOfParallelism = MaxActivations }, (group, _) => ActivateAsync(group)));
        return new(accepted: true);
    }

    /// <summary>Continues the state of a grain's group, if another silo has handed it over. Runs in a turn of the grain.</summary>
    public void Continue(GrainId grain, BucketGroupEntry group)
    {
        if (_states.IsEmpty || !_states.TryRemove(grain, out ReceivedState state))
        {
            return;
        }

        try
        {
            if (group.TryReceive(state.State, state.SavedAt, silo.Living))
            {
                counters.OnReceived();
            }
            else
            {
                counters.OnLost("it is in use already, or the maximum number of living groups is reached");
            }
        }
        catch (FormatException error)
        {
            counters.OnLost($"this version cannot read its state: {error.Message}");
        }
    }

    private async ValueTask ActivateAsync(GroupStateData group)
    {
        IGroupGrain grain = _grains.Get((Scope)group.Scope, group.Key);
        bool active = await TryActivateAsync(grain).ConfigureAwait(false);
        for (int i = 0; i < s_pauses.Length && !active && _states.ContainsKey(grain.GetGrainId()); i++)
        {
            await Task.Delay(s_pauses[i], silo.Living.Clock.Time).ConfigureAwait(false);
            active = await TryActivateAsync(grain).ConfigureAwait(false);
        }

        if (!active && _states.TryRemove(grain.GetGrainId(), out _))
        {
            counters.OnLost("its grain was not activated on the silo that has its state");
        }
    }

    // The silo that hands the group over still has its grain. It forwards the call when the grain is deactivated, or rejects it if it has
    // stopped meanwhile.
    private async Task<bool> TryActivateAsync(IGroupGrain grain)
    {
        try
        {
            return (await grain.LocateAsync(LocateMessage.Instance).ConfigureAwait(false)).Silo == silo.Name;
        }
        catch (Exception)
        {
            return false;
        }
    }

    private readonly record struct ReceivedState(byte[] State, Instant SavedAt);
}
