using Orleans;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>Answers for the groups of its silo.</summary>
[GrainType("silo"), SiloPlacement]
public sealed class SiloGrain(SiloGroups silo, IGrainFactory grains) : Grain, ISiloGrain
{
    /// <inheritdoc/>
    public ValueTask<OperationsAnswer> ExecuteBatchAsync(OperationsMessage message)
    {
        var answers = new GroupAnswer[message.Operations.Length];
        for (int i = 0; i < answers.Length; i++)
        {
            ref readonly OperationData data = ref message.Operations[i];
            BucketOperation operation = data.ToOperation(message.Rules);
            answers[i] = !operation.IsValid ? GroupAnswer.NotUnderstood
                : silo.Find(data.Group)?.TryExecute(operation, silo.Living, out GroupReply reply) == true ? GroupAnswer.Of(reply)
                : GroupAnswer.NotHere;
        }

        return new(new OperationsAnswer(answers));
    }

    /// <inheritdoc/>
    public ValueTask<LeaseAnswer> LeaseAsync(LeaseMessage message) => new(
        !message.IsUnderstood ? new LeaseAnswer(0, 0, GroupAnswer.NotUnderstood)
        : TryLease(message, out QuotaLeaseReply reply) ? new LeaseAnswer(reply.Permits, reply.Span.Ticks, GroupAnswer.Of(reply.Group))
        : new LeaseAnswer(0, 0, GroupAnswer.NotHere));

    /// <inheritdoc/>
    public async Task<UsageReply> UsageAsync(UsageMessage message)
    {
        var all = new UsageMessage("");
        UsageReply[] answers = await Task.WhenAll((await GroupsOfAsync(message.Prefix)).Select(group => group.UsageAsync(all).AsTask()));
        return new([.. answers.SelectMany(answer => answer.Buckets)]);
    }

    /// <inheritdoc/>
    public async Task<ResetReply> ResetAsync(ResetMessage message)
    {
        var all = new ResetMessage("");
        ResetReply[] answers = await Task.WhenAll((await GroupsOfAsync(message.Prefix)).Select(group => group.ResetAsync(all).AsTask()));
        return new(answers.Sum(answer => answer.Groups));
    }

    private bool TryLease(LeaseMessage message, out QuotaLeaseReply reply)
    {
        reply = default;
        return silo.Find(message.Group)?.TryLease(
            message.Rules!, message.Wanted, new(message.Span), new(message.LeaseId), silo.Living.Clock, new(message.Ended), message.Used,
            out reply) == true;
    }

    // On another thread, because looking at all groups takes a while, in which this grain is to answer front-ends.
    private Task<IGroupGrain[]> GroupsOfAsync(string prefix) =>
        Task.Run(() => silo.StartingWith(prefix).Select(id => grains.GetGrain(id).AsReference<IGroupGrain>()).ToArray());
}
