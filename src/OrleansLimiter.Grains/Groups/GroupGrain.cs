using Orleans;
using Orleans.Runtime;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// One bucket group. The grain stays for as long as the group remembers something: the runtime never collects it, the silo's sweep
/// does. Calls come here while a front-end does not know the group's address; from then on they go past the grain, to the group.
/// </summary>
[CollectionAgeLimit(AlwaysActive = true)]
public abstract partial class GroupGrain(IGrainContext context, SiloGroups silo) : IGrainBase, IGroupGrain
{
    private long _number;

    /// <inheritdoc/>
    public IGrainContext GrainContext => context;

    /// <summary>Which kind of group.</summary>
    internal abstract Scope Scope { get; }

    /// <summary>The group.</summary>
    internal BucketGroupEntry Group { get; } = new();

    /// <inheritdoc/>
    public Task OnActivateAsync(CancellationToken token)
    {
        _number = silo.Add(this);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token)
    {
        Group.End(silo.Living);
        silo.Remove(_number);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<GroupAnswer> ExecuteAsync(OperationMessage message) => new(Execute(message.ToOperation()));

    /// <inheritdoc/>
    public ValueTask<UsageReply> UsageAsync(UsageMessage message)
    {
        string key = this.GetPrimaryKeyString();
        return new(new UsageReply(
        [
            .. Group.Usage(silo.Living.Clock).Select(used => new BucketData(
                (byte)Scope, key, RuleData.Of(used.Bucket, used.Rule), ReadingData.Of(used.Reading))),
        ]));
    }

    /// <inheritdoc/>
    public ValueTask<ResetReply> ResetAsync(ResetMessage message) => new(new ResetReply(Group.Reset(silo.Living.Clock) ? 1 : 0));

    /// <summary>Drops what has decayed, and ends the activation where nothing is left. Only in a turn of this grain.</summary>
    internal void Trim()
    {
        if (Group.TryEnd(silo.Living))
        {
            End("the group has decayed");
        }
    }

    private GroupAnswer Execute(in BucketOperation operation)
    {
        if (!operation.IsValid)
        {
            return GroupAnswer.NotUnderstood;
        }

        if (!Group.TryExecute(operation, silo.Living, out GroupReply reply))
        {
            return GroupAnswer.NotHere; // and the activation is about to end
        }

        if (Group.IsLiving)
        {
            return GroupAnswer.Of(reply) with { Address = new(silo.Name, _number) };
        }

        LeaveIfCrowded();
        return GroupAnswer.Of(reply);
    }

    // Made-up keys must not fill memory with grains of groups that never came to life.
    private void LeaveIfCrowded()
    {
        if (silo.IsCrowded)
        {
            End("there are more grains than groups may live");
        }
    }

    // From here on no call reaches this activation: those that wait are passed on to the next one.
    private void End(string why) => context.Deactivate(new(DeactivationReasonCode.ApplicationRequested, why));
}
