using System.Collections.Concurrent;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>Sends the states of groups to silos. A channel exists while states are sent through it.</summary>
internal sealed class HandOverChannels(IGrainFactory grains, LimiterClock clock)
{
    private readonly IGrainFactory _grains = grains;
    private readonly LimiterClock _clock = clock;
    private readonly ConcurrentDictionary<string, HandOverChannel> _channels = new();

    /// <summary>Sends a state. Returns whether the silo has acknowledged it. Never throws.</summary>
    /// <param name="silo">The address of the silo, as <c>SiloAddress.ToParsableString</c> writes it.</param>
    /// <param name="state">The state.</param>
    /// <param name="token">Ends the wait; the silo can still receive the state.</param>
    public async Task<bool> SendAsync(string silo, PendingState state, CancellationToken token)
    {
        HandOverChannel channel = _channels.GetOrAdd(
            silo, static (silo, all) => new(all._grains.GetGrain<ISiloGrain>(silo), all._clock, idle => all.Remove(silo, idle)), this);
        return await channel.SendAsync(state, token).ConfigureAwait(false);
    }

    // A state that is sent at the same moment still goes through the channel.
    private void Remove(string silo, HandOverChannel channel) => _channels.TryRemove(new(silo, channel));
}
