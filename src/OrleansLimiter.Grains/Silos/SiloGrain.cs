namespace OrleansLimiter.Grains;

/// <summary>Executes the calls of front-ends to the groups of its silo.</summary>
[GrainType("silo"), SiloPlacement]
public sealed class SiloGrain(SiloGroupRegistry silo, IGrainFactory grains) : Grain, ISiloGrain
{
    /// <inheritdoc/>
    public ValueTask<OperationsReply> ExecuteBatchAsync(OperationsMessage message)
    {
        var replies = new GroupReplyData[message.Operations.Length];
        for (int i = 0; i < replies.Length; i++)
        {
            ref readonly OperationData data = ref message.Operations[i];
            BucketOperation operation = data.ToOperation(message.Rules);
            replies[i] = !operation.IsValid ? GroupReplyData.UnsupportedReply
                : silo.Find(data.Group)?.TryExecute(operation, silo.Living, out GroupReply reply) == true ? GroupReplyData.Of(reply)
                : GroupReplyData.GoneReply;
        }

        return new(new OperationsReply(replies));
    }

    /// <inheritdoc/>
    public ValueTask<LeaseReply> LeaseAsync(LeaseMessage message) => new(
        !message.IsValid ? new LeaseReply(0, 0, GroupReplyData.UnsupportedReply)
        : TryLease(message, out QuotaLeaseReply reply) ? new LeaseReply(reply.Permits, reply.Span.Ticks, GroupReplyData.Of(reply.Group))
        : new LeaseReply(0, 0, GroupReplyData.GoneReply));

    /// <inheritdoc/>
    public async Task<UsageReply> UsageAsync(UsageMessage message)
    {
        var all = new UsageMessage("");
        UsageReply[] replies = await Task.WhenAll((await GroupsOfAsync(message.Prefix)).Select(group => group.UsageAsync(all).AsTask()));
        return new([.. replies.SelectMany(reply => reply.Buckets)]);
    }

    /// <inheritdoc/>
    public async Task<ResetReply> ResetAsync(ResetMessage message)
    {
        var all = new ResetMessage("");
        ResetReply[] replies = await Task.WhenAll((await GroupsOfAsync(message.Prefix)).Select(group => group.ResetAsync(all).AsTask()));
        return new(replies.Sum(reply => reply.Groups));
    }

    private bool TryLease(LeaseMessage message, out QuotaLeaseReply reply)
    {
        reply = default;
        return silo.Find(message.Group)?.TryLease(
            message.Rules!, message.Wanted, new(message.Span), new(message.LeaseId), silo.Living.Clock, new(message.Ended), message.Used,
            out reply) == true;
    }

    // Runs on another thread, because visiting all groups takes a while and would block the calls of front-ends.
    private Task<IGroupGrain[]> GroupsOfAsync(string prefix) =>
        Task.Run(() => silo.StartingWith(prefix).Select(id => grains.GetGrain(id).AsReference<IGroupGrain>()).ToArray());
}
