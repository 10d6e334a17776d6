using Orleans;
using Orleans.Placement;
using Orleans.Runtime;
using OrleansLimiter.Cluster;

namespace OrleansLimiter.Grains;

/// <summary>
/// A grain that holds one bucket group. It is active as long as the group has state that has not decayed: the runtime never
/// collects it; the sweep of the silo deactivates it. A front-end calls the grain until it knows the address of the group, and
/// then sends its operations to the group directly. The grains of one account are placed on one silo, and Orleans does not move them.
/// </summary>
[CollectionAgeLimit(AlwaysActive = true), AccountPlacement, Immovable]
public abstract partial class GroupGrain(IGrainContext context, SiloGroupRegistry silo) : IGrainBase, IGroupGrain
{
    private long _number;

    /// <inheritdoc/>
    public IGrainContext GrainContext => context;

    /// <summary>The scope of the group.</summary>
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
    public ValueTask<GroupReplyData> ExecuteAsync(OperationMessage message) => new(Execute(message.ToOperation()));

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

    /// <summary>Removes decayed state, and deactivates the grain if none is left. Must run in a turn of this grain.</summary>
    internal void Trim()
    {
        if (Group.TryEnd(silo.Living))
        {
            End("the group has decayed");
        }
    }

    private GroupReplyData Execute(in BucketOperation operation)
    {
        if (!operation.IsValid)
        {
            return GroupReplyData.NotUnderstood;
        }

        if (!Group.TryExecute(operation, silo.Living, out GroupReply reply))
        {
            return GroupReplyData.NotHere; // and the activation is about to end
        }

        if (Group.IsLiving)
        {
            return GroupReplyData.Of(reply) with { Address = new(silo.Name, _number) };
        }

        LeaveIfCrowded();
        return GroupReplyData.Of(reply);
    }

    // Invented keys must not fill memory with grains whose groups never become living.
    private void LeaveIfCrowded()
    {
        if (silo.IsCrowded)
        {
            End("there are more grains than groups may live");
        }
    }

    // No call reaches this activation afterwards: waiting calls are forwarded to the next activation.
    private void End(string why) => context.Deactivate(new(DeactivationReasonCode.ApplicationRequested, why));
}
