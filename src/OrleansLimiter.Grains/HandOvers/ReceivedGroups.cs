using System.Collections.Concurrent;
using Orleans.Runtime;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// The states of groups that were handed over. The grain of each group continues from the state in its next call, or when this class
/// activates it soon after. If it is activated on another silo, the state is sent there.
/// </summary>
internal sealed partial class ReceivedGroups(
    SiloGroupRegistry silo, IGrainFactory factory, HandOverChannels channels, HandOverCounters counters)
{
    /// <summary>
    /// The time for which a state is kept, and tried again: 10 min. A grain can be unreachable while the membership table is away and no
    /// silo learns of the one that has stopped.
    /// </summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    /// <summary>The reason of a loss at the end of a stop.</summary>
    public const string StoppedTooEarly = "this silo has stopped before another one acknowledged its state";

    // Above 2,000 states, at most about 2,000 activations per second, so that they do not delay decisions: 64 at a time, each with a pause
    // afterwards. A group that is in use is activated by its next call.
    private const int MaxActivations = 64;
    private const int ManyStates = 2_000;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan s_delay = TimeSpan.FromSeconds(1);

    // The first pauses are short, because the silo that stops can be in the caches of several silos, and a rejected call removes it from
    // one of them. The last one is repeated. These times depend on Orleans, so they are real times in tests as well.
    private static readonly TimeSpan[] s_retries = [.. new[] { 0, 0, 0.1, 0.2, 0.5, 1, 2, 5 }.Select(TimeSpan.FromSeconds)];

    private readonly ConcurrentDictionary<GrainId, ReceivedState> _states = new();

    // While a state is sent on, the grain waits if it is activated here: the other silo may have stopped.
    private readonly ConcurrentDictionary<GrainId, Task> _forwarding = new();
    private readonly RecentIds _continued = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly SemaphoreSlim _activations = new(MaxActivations);
    private readonly GroupGrainFactory _grains = new(factory);
    private int _count;

    /// <summary>The number of states that this silo has to continue or to send to another silo.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Keeps the states of a message, and starts the activation of their grains.</summary>
    public HandOverReply Receive(HandOverMessage message)
    {
        Instant now = silo.Living.Clock.Now;
        if (_refuses || silo.Living.Count + Count + message.Groups.Length > silo.Living.Max
            || !Array.TrueForAll(message.Groups, group => ScopeDescriptor.Find((Scope)group.Scope) is not null && group.Age >= 0))
        {
            return new(accepted: false); // stopping, full, or of a newer version
        }

        bool kept = true;
        foreach (GroupStateData group in message.Groups)
        {
            kept &= TryKeep(new(
                (Scope)group.Scope, group.Key, group.State, new(now.Ticks - group.Age), group.Id, group.CountsForAccount,
                group.KeptBuckets));
        }

        return new(accepted: kept);
    }

    /// <summary>Keeps a state, and starts the activation of its grain. False after <see cref="Close"/>.</summary>
    public bool TryKeep(PendingState state)
    {
        IGroupGrain grain = _grains.Get(state.Scope, state.Key);
        if (!TryAdd(grain.GetGrainId(), state))
        {
            return false;
        }

        _ = Task.Run(() => ActivateAsync(grain));
        return true;
    }

    /// <summary>Continues what was handed over of a grain's group. Runs in a turn of the grain.</summary>
    public ValueTask ContinueAsync(GroupGrain grain)
    {
        if (Count == 0)
        {
            return ValueTask.CompletedTask;
        }

        if (_forwarding.TryGetValue(grain.GrainContext.GrainId, out Task? forwarded))
        {
            return new(ContinueAfterAsync(forwarded, grain));
        }

        Continue(grain);
        return ValueTask.CompletedTask;
    }

    /// <summary>The grains with a key prefix whose states are kept here.</summary>
    public IEnumerable<GrainId> StartingWith(string prefix) =>
        _states.Keys.Where(grain => Starts(grain, prefix));

    /// <summary>Discards the states of grains with a key prefix. Returns the number of grains.</summary>
    public async Task<int> DiscardAsync(string prefix)
    {
        await Task.WhenAll(_forwarding.Where(each => Starts(each.Key, prefix)).Select(each => each.Value)).ConfigureAwait(false);
        int discarded = 0;
        foreach (GrainId grain in StartingWith(prefix))
        {
            _states.TryRemove(grain, out ReceivedState? state);
            discarded += state is null ? 0 : 1;
            for (; state is not null; state = state.Other)
            {
                Interlocked.Decrement(ref _count);
            }
        }

        return discarded;
    }

    private async Task ContinueAfterAsync(Task forwarded, GroupGrain grain)
    {
        await forwarded;
        Continue(grain);
    }

    private void Continue(GroupGrain grain)
    {
        GrainId id = grain.GrainContext.GrainId;
        if (grain.Group.HasEnded || !_states.TryRemove(id, out ReceivedState? state))
        {
            return;
        }

        for (; state is not null; state = state.Other)
        {
            if (Continue(state.State, grain))
            {
                Interlocked.Decrement(ref _count); // afterwards, because the stop of the silo waits for these and for living groups
            }
            else
            {
                Return(id, state.State);
            }
        }
    }

    // False if the group has ended meanwhile; its next activation continues.
    private bool Continue(PendingState state, GroupGrain grain)
    {
        BucketGroupEntry group = grain.Group;
        if (!_continued.TryAdd(state.Id))
        {
            return true; // it was sent to another silo at the same time, or its acknowledgment was lost
        }

        try
        {
            // A group that continued from a replica contains most of the permits of the state already.
            if (grain.IsRecovered
                ? group.TryMerge(state.State, state.SavedAt, state.CountsForAccount, silo.Living, state.KeptBuckets)
                : group.TryReceive(state.State, state.SavedAt, state.CountsForAccount, silo.Living, state.KeptBuckets))
            {
                counters.OnReceived();
            }
            else if (group.HasEnded)
            {
                _continued.Remove(state.Id);
                return false;
            }
            else
            {
                counters.OnLost("the maximum number of living groups is reached");
            }
        }
        catch (FormatException error)
        {
            counters.OnLost($"this version cannot read its state: {error.Message}");
        }

        return true;
    }

    private async Task ActivateAsync(IGroupGrain grain)
    {
        GrainId id = grain.GetGrainId();
        await PauseAsync(s_delay).ConfigureAwait(false); // the silo that stops is busy
        long began = TimeProvider.System.GetTimestamp();
        for (int i = 0; _states.ContainsKey(id) && !await TryActivateAsync(grain, id).ConfigureAwait(false); i++)
        {
            if (TimeProvider.System.GetElapsedTime(began) > MaxAge)
            {
                Lose(id, "its grain could not be activated");
            }

            await Task.Delay(s_retries[Math.Min(i, s_retries.Length - 1)]).ConfigureAwait(false);
        }
    }

    private async Task PauseAsync(TimeSpan time)
    {
        if (Count > ManyStates)
        {
            await Task.Delay(time, _hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // The silo that hands the group over still has its grain. It forwards the call when the grain is deactivated, or rejects it if it has
    // stopped meanwhile.
    private async Task<bool> TryActivateAsync(IGroupGrain grain, GrainId id)
    {
        await _activations.WaitAsync().ConfigureAwait(false);
        try
        {
            string at = (await grain.LocateAsync(LocateMessage.Instance).ConfigureAwait(false)).Silo;
            await PauseAsync(s_pause).ConfigureAwait(false);
            return at == silo.Name ? !_states.ContainsKey(id) : await TryForwardAsync(id, at).ConfigureAwait(false);
        }
        catch (Exception)
        {
            return false;
        }
        finally
        {
            _activations.Release();
        }
    }

    private async Task<bool> TryForwardAsync(GrainId id, string to)
    {
        var forwarded = new TaskCompletionSource();
        if (!_forwarding.TryAdd(id, forwarded.Task))
        {
            return false; // two states of the group were received
        }

        bool all = true;
        _states.TryRemove(id, out ReceivedState? state);
        for (; state is not null; state = state.Other)
        {
            if (await channels.SendAsync(to, state.State, CancellationToken.None).ConfigureAwait(false))
            {
                counters.OnSent();
                Interlocked.Decrement(ref _count);
            }
            else
            {
                all = false;
                Return(id, state.State);
            }
        }

        _forwarding.TryRemove(id, out _);
        forwarded.SetResult();
        return all;
    }

    private static bool Starts(GrainId grain, string prefix) => grain.Key.ToString()!.StartsWith(prefix, StringComparison.Ordinal);

    private void Lose(GrainId grain, string reason)
    {
        _states.TryRemove(grain, out ReceivedState? state);
        for (; state is not null; state = state.Other)
        {
            counters.OnLost(reason);
            Interlocked.Decrement(ref _count);
        }
    }

    private sealed class ReceivedState(PendingState state)
    {
        public PendingState State => state;

        public ReceivedState? Other { get; init; }
    }
}
