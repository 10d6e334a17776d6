using System.Collections.Concurrent;
using Orleans.Runtime;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// Hands the state of groups over to the silos on which their grains will be activated next. States for one silo travel together:
/// while a message is in progress, further states wait for the next one.
/// </summary>
internal sealed class HandOverSender(SiloGroupRegistry silo, IGrainFactory grains, IHostingSilos hosting, HandOverCounters counters)
{
    private readonly ConcurrentDictionary<SiloAddress, HandOverChannel> _channels = new();

    /// <summary>
    /// Ends the group of a grain and hands its state over. Completes when the state is acknowledged, or when it is lost. Never throws.
    /// </summary>
    public async Task HandOverAsync(Scope scope, GrainId grain, BucketGroupEntry group, CancellationToken token)
    {
        byte[]? state = group.TryHandOver(silo.Living);
        if (state is null)
        {
            return;
        }

        var pending = new PendingState(scope, grain.Key.ToString()!, state, silo.Living.Clock.Now);
        ulong account = AccountHash.OfGrain(grain.Key);
        SiloAddress? failed = null;
        bool sent = false;
        while (!sent && !token.IsCancellationRequested && NextOf(account) is { } next && !next.Equals(failed))
        {
            sent = await ChannelTo(next).SendAsync(pending, token).ConfigureAwait(false);
            failed = next;
        }

        if (sent)
        {
            counters.OnSent();
        }
        else
        {
            counters.OnLost("no other silo has acknowledged its state");
        }
    }

    // The silo on which the grain is placed if this silo leaves, and otherwise the silo of the account.
    private SiloAddress? NextOf(ulong account)
    {
        (SiloAddress? first, SiloAddress? second) = hosting.Current.RankOf(account);
        return first?.ToParsableString() == silo.Name ? second : first;
    }

    private HandOverChannel ChannelTo(SiloAddress next) => _channels.GetOrAdd(
        next,
        static (next, given) => new(given.grains.GetGrain<ISiloGrain>(next.ToParsableString()), given.silo.Living.Clock),
        (grains, silo));
}
