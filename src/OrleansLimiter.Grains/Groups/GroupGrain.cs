using Orleans.Placement;

namespace OrleansLimiter.Grains;

/// <summary>
/// A grain that holds one bucket group. It is active as long as the group has state that has not decayed: the runtime never
/// collects it; the sweep of the silo deactivates it. The replies contain the address of the group, so that a front-end can send
/// further operations to the group directly. The grains of one account are placed on one silo, and Orleans does not move them.
/// </summary>
[CollectionAgeLimit(AlwaysActive = true), AccountPlacement, Immovable]
public abstract partial class GroupGrain(IGrainContext context, SiloGroupRegistry silo, HandOvers handOvers)
    : IGrainBase, IGroupGrain, IDisposable
{
    private long _number;

    // Used in turns of this grain only.
    private bool _hasBegun;

    /// <inheritdoc/>
    public IGrainContext GrainContext => context;

    /// <summary>The scope of the group.</summary>
    internal abstract Scope Scope { get; }

    /// <summary>The group.</summary>
    internal BucketGroupEntry Group { get; } = new GrainGroup(context);

    /// <summary>Whether the group has continued from a replica, so that a state of it that is handed over later is not added.</summary>
    internal bool IsRecovered { get; set; }

    /// <summary>Whether the storage of counts may have a state of the group.</summary>
    internal bool IsStored { get; set; }

    /// <summary>Whether this silo may have a replica of the group, which is not needed any more when another silo has one.</summary>
    internal bool HasReplicaHere { get; set; }

    /// <inheritdoc/>
    public Task OnActivateAsync(CancellationToken token)
    {
        _number = silo.Add(this);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    // Waiting calls are forwarded to the next activation when this completes.
    public Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => handOvers.HandOverAsync(this);

    /// <summary>Removes the grain from the silo. Orleans calls this after every deactivation, also if the grain was never active.</summary>
    public void Dispose()
    {
        silo.Remove(_number);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public ValueTask<GroupReplyData> ExecuteAsync(OperationMessage message) => ExecuteAsync(message.ToOperation());

    /// <inheritdoc/>
    public async ValueTask<GroupAddress> LocateAsync(LocateMessage message)
    {
        await BeginAsync();
        return Address;
    }

    /// <inheritdoc/>
    public async ValueTask<UsageReply> UsageAsync(UsageMessage message)
    {
        await BeginAsync();
        string key = this.GetPrimaryKeyString();
        return new UsageReply([.. Group.Usage(silo.Living.Clock).Select(usage =>
            new BucketData((byte)Scope, key, RuleData.Of(usage.Bucket, usage.Rule), ReadingData.Of(usage.Reading)))]);
    }

    /// <inheritdoc/>
    public async ValueTask<ResetReply> ResetAsync(ResetMessage message)
    {
        await BeginAsync();
        return new ResetReply(Group.Reset(silo.Living) ? 1 : 0);
    }

    /// <summary>Removes decayed state, and deactivates the grain if none is left. Must run in a turn of this grain.</summary>
    internal void Trim()
    {
        if (Group.TryEnd(silo.Living))
        {
            if (IsStored && Group.HasChangesForStorage)
            {
                silo.EndedForStorage.Enqueue(ReplicaSender.NameOf(this));
            }

            Deactivate("the group has decayed");
        }
    }

    /// <summary>Deactivates a grain whose group is not living.</summary>
    internal void DeactivateUnused() => Deactivate("the group is not living, and a bound on groups is reached");

    private async ValueTask<GroupReplyData> ExecuteAsync(BucketOperation operation)
    {
        await BeginAsync();
        if (operation.Decides)
        {
            await silo.Living.WaitIfFencedAsync();
        }

        return Execute(operation);
    }

    // A group continues in a call, and not in OnActivateAsync: a grain that is deactivated while it is being activated gets no
    // OnDeactivateAsync, which would hand the group over.
    private ValueTask BeginAsync()
    {
        ValueTask continued = handOvers.ContinueAsync(this);
        return _hasBegun ? continued : BeginAsync(continued);
    }

    private async ValueTask BeginAsync(ValueTask continued)
    {
        await continued;
        _hasBegun = Group.IsLiving || await handOvers.Replicas.RecoverAsync(this);
        HasReplicaHere = Group.IsLiving && handOvers.Replicas.Count > 0;
    }

    private GroupAddress Address => new(silo.Name, _number, GroupAddress.JointVersion);

    private GroupReplyData Execute(in BucketOperation operation)
    {
        if (!operation.IsValid)
        {
            return GroupReplyData.UnsupportedReply;
        }

        if (!Group.TryExecute(operation, silo.Living, out GroupReply reply))
        {
            return GroupReplyData.GoneReply; // the activation is about to end
        }

        if (Group.IsLiving)
        {
            return GroupReplyData.Of(reply) with { Address = Address };
        }

        // Arbitrary keys must not fill the memory with grains whose groups never become living.
        bool atBound = (reply.Notes & GroupNotes.TooManyGroupsOfAccount) != 0;
        if ((atBound || silo.HasTooManyGrains) && Group.TryEndUnused())
        {
            DeactivateUnused();
        }

        return GroupReplyData.Of(reply);
    }

    // No call reaches this activation afterwards: waiting calls are forwarded to the next activation.
    private void Deactivate(string reason) => context.Deactivate(new(DeactivationReasonCode.ApplicationRequested, reason));
}
