using System.Collections.Concurrent;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>Sends the states of groups to silos. A channel exists while states are sent through it.</summary>
internal sealed class HandOverChannels(IGrainFactory grains, LimiterClock clock)
{
    private readonly ConcurrentDictionary<string, HandOverChannel> _channels = new();

    /// <summary>Sends a state. Returns whether the silo has acknowledged it. Never throws.</summary>
    /// <param name="silo">The address of the silo, as <c>SiloAddress.ToParsableString</c> writes it.</param>
    /// <param name="state">The state.</param>
    /// <param name="token">Ends the wait; the silo can still receive the state.</param>
    public async Task<bool> SendAsync(string silo, PendingState state, CancellationToken token)
    {
        HandOverChannel channel = _channels.GetOrAdd(
            silo, static (silo, given) => new(given.grains.GetGrain<ISiloGrain>(silo), given.clock), (grains, clock));
        bool acknowledged = await channel.SendAsync(state, token).ConfigureAwait(false);
        if (channel.IsIdle)
        {
            _channels.TryRemove(new(silo, channel)); // a state that is sent at the same moment still goes through it
        }

        return acknowledged;
    }
}
