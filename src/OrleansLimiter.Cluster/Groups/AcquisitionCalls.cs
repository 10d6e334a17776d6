using Orleans.Runtime;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Acquires in several groups whose locations are not all known, by one call to the silo of the account. The silo activates the groups
/// and decides in one step. The reply contains the addresses of the groups, and a newer list of silos if there is one.
/// </summary>
internal sealed class AcquisitionCalls(
    IGrainFactory grains, ILocalGroups? local, ReceivedHostingSilos silos, LimiterClock clock, CircuitBreaker breaker, GrainCalls calls)
{
    /// <summary>The replies of groups that have not replied.</summary>
    public static GroupReply[] NoReplies(int count)
    {
        var replies = new GroupReply[count];
        Array.Fill(replies, GroupReply.Unavailable());
        return replies;
    }

    /// <summary>Acquires. Never throws.</summary>
    /// <param name="requests">The acquisitions, all of one account.</param>
    /// <param name="locator">Receives the locations of the groups.</param>
    /// <returns>One reply for each group; null if the groups cannot decide in one step.</returns>
    public async ValueTask<GroupReply[]?> AcquireAsync(ReadOnlyMemory<GroupRequest> requests, GroupLocator locator)
    {
        HostingSilos known = silos.Current;
        string? silo = known.SiloOf(requests.Span[0].Key.Account)?.ToParsableString() ?? locator.FindSiloWithJoint();
        if (silo is null)
        {
            return null; // no silo is known before the first reply of a group
        }

        if (!breaker.TryEnter())
        {
            return NoReplies(requests.Length);
        }

        Instant began = clock.Now;
        AcquisitionReply reply;
        try
        {
            reply = await CallAsync(silo, ToMessage(requests.Span, known.Version)).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            breaker.OnFailure();
            calls.OnFailure(failure);
            if (GrainCalls.IsRejection(failure))
            {
                silos.Remove(known, silo);
                locator.RemoveChannel(silo);
            }

            return OnFailure(requests.Span, failure, began);
        }

        breaker.OnReply();
        silos.Update(reply.SilosVersion, reply.Silos);
        return OnReply(requests.Span, reply.Replies, locator, began);
    }

    private ValueTask<AcquisitionReply> CallAsync(string silo, AcquisitionMessage message) =>
        local is not null && local.Name == silo ? local.AcquireAsync(message) : grains.GetGrain<ISiloGrain>(silo).AcquireAsync(message);

    private static AcquisitionMessage ToMessage(ReadOnlySpan<GroupRequest> requests, long silosVersion)
    {
        var groups = new GroupAcquisition[requests.Length];
        for (int i = 0; i < groups.Length; i++)
        {
            BucketOperation acquisition = requests[i].Operation;
            groups[i] = new(
                (byte)requests[i].Key.Scope, GroupGrainKey.Of(requests[i].Key), acquisition.Rules, acquisition.MaxAccountGroups);
        }

        return new(groups, requests[0].Operation.Cost, requests[0].Operation.Id.Value, silosVersion);
    }

    // After an exception other than a rejection, the silo may have executed the acquisition.
    private GroupReply[]? OnFailure(ReadOnlySpan<GroupRequest> requests, Exception failure, Instant began) =>
        GrainCalls.IsRejection(failure)
        || (requests[0].Operation.IsIdempotent && clock.Now - began <= GrainCalls.RepeatWithin)
            ? null
            : NoReplies(requests.Length);

    private GroupReply[]? OnReply(ReadOnlySpan<GroupRequest> requests, GroupReplyData[] data, GroupLocator locator, Instant began)
    {
        bool executed = data.Length == requests.Length;
        var replies = new GroupReply[requests.Length];
        for (int i = 0; i < replies.Length && i < data.Length; i++)
        {
            executed &= data[i].Outcome is not (GroupReplyData.NotExecuted or GroupReplyData.Unsupported or GroupReplyData.Gone);
            replies[i] = data[i].ToReply();
            locator.OnReply(requests[i], replies[i], data[i].Address, began);
        }

        return executed ? replies : null;
    }
}
