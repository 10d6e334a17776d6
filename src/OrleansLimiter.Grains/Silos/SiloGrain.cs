using Orleans.Runtime;

namespace OrleansLimiter.Grains;

/// <summary>
/// Executes the calls of front-ends to the groups of its silo. If that silo is not active, the grain is activated on another one, has no
/// group, and is deactivated after the call.
/// </summary>
[GrainType("silo"), SiloPlacement, Heartbeats]
public sealed class SiloGrain(SiloGroupRegistry silo, LocalGroups groups, HandOvers handOvers, IGrainFactory grains) : Grain, ISiloGrain
{
    private readonly GroupGrainFactory _groups = new(grains);
    private bool? _isOnItsSilo;

    /// <inheritdoc/>
    public ValueTask<OperationsReply> ExecuteBatchAsync(OperationsMessage message) =>
        silo.Living.MustWait && message.Operations is { Length: > 0 } ? ExecuteLaterAsync(message) : new(Execute(message));

    /// <inheritdoc/>
    public ValueTask<AcquisitionReply> AcquireAsync(AcquisitionMessage message)
    {
        _ = IsOnItsSilo(); // the groups are located wherever they are
        return groups.AcquireAsync(message);
    }

    /// <inheritdoc/>
    public ValueTask<LeaseReply> LeaseAsync(LeaseMessage message) => new(
        !message.IsValid ? new LeaseReply(0, 0, GroupReplyData.UnsupportedReply)
        : !IsOnItsSilo() ? new LeaseReply(0, 0, GroupReplyData.GoneReply)
        : TryLease(message, out QuotaLeaseReply reply) ? new LeaseReply(reply.Permits, reply.Span.Ticks, GroupReplyData.Of(reply.Group))
        : new LeaseReply(0, 0, GroupReplyData.GoneReply));

    /// <inheritdoc/>
    public ValueTask<HandOverReply> ReceiveAsync(HandOverMessage message) =>
        new(IsOnItsSilo() ? handOvers.Receive(message) : new HandOverReply(accepted: false));

    /// <inheritdoc/>
    // Not in a turn of this grain, which would delay the calls of front-ends.
    public async ValueTask<ReplicaReply> ReplicateAsync(ReplicaMessage message) =>
        IsOnItsSilo() ? await Task.Run(() => handOvers.Replicas.Receive(message)) : new(ReplicaReply.NotHere);

    /// <inheritdoc/>
    public ValueTask<FindReplicaReply> FindReplicaAsync(FindReplicaMessage message) => new(
        IsOnItsSilo() ? handOvers.Replicas.Find(message) : new FindReplicaReply(isHere: false, state: null, view: 0, hasOthers: false));

    /// <inheritdoc/>
    public async Task<UsageReply> UsageAsync(UsageMessage message)
    {
        ThrowIfElsewhere();
        var all = new UsageMessage("");
        UsageReply[] replies = await Task.WhenAll((await GroupsOfAsync(message.Prefix)).Select(group => group.UsageAsync(all).AsTask()));
        return new([.. replies.SelectMany(reply => reply.Buckets)]);
    }

    /// <inheritdoc/>
    public async Task<ResetReply> ResetAsync(ResetMessage message)
    {
        ThrowIfElsewhere();
        var all = new ResetMessage("");
        int discarded = await handOvers.DiscardAsync(message.Prefix);
        ResetReply[] replies = await Task.WhenAll((await GroupsOfAsync(message.Prefix)).Select(group => group.ResetAsync(all).AsTask()));
        handOvers.Replicas.Discard(message.Prefix);
        return new(discarded + replies.Sum(reply => reply.Groups));
    }

    private async ValueTask<OperationsReply> ExecuteLaterAsync(OperationsMessage message)
    {
        await silo.Living.WaitAsync();
        return Execute(message);
    }

    private OperationsReply Execute(OperationsMessage message)
    {
        ReadOnlySpan<OperationData> operations = message.Operations;
        var replies = new GroupReplyData[operations.Length];
        if (!IsOnItsSilo())
        {
            replies.AsSpan().Fill(GroupReplyData.GoneReply);
            return new(replies);
        }

        int count;
        for (int i = 0; i < replies.Length; i += count)
        {
            count = CountOf(operations[i..]);
            if (operations[i].Kind != OperationData.JointAcquire)
            {
                replies[i] = Execute(operations[i], message.Rules);
            }
            else if (IsJoint(operations.Slice(i, count)))
            {
                groups.Acquire(operations.Slice(i, count), message.Rules, replies.AsSpan(i, count));
            }
            else
            {
                replies.AsSpan(i, count).Fill(GroupReplyData.UnsupportedReply);
            }

            if (silo.Acquisitions.IsEnabled)
            {
                Count(operations.Slice(i, count), replies.AsSpan(i, count));
            }
        }

        return new(replies);
    }

    private bool IsOnItsSilo()
    {
        bool here = _isOnItsSilo ??= this.GetPrimaryKeyString() == silo.Name;
        if (!here)
        {
            DeactivateOnIdle(); // the silo of the key may become active
        }

        return here;
    }

    private void ThrowIfElsewhere()
    {
        if (!IsOnItsSilo())
        {
            throw new SiloUnavailableException($"Silo {this.GetPrimaryKeyString()} is not active.");
        }
    }

    // A joint acquisition that this version does not support, for example one of more groups, must not be executed in part. So its
    // operations are counted before they are checked.
    private static int CountOf(ReadOnlySpan<OperationData> operations)
    {
        int count = 1;
        while (count < operations.Length && count <= (uint)operations[0].Following
            && operations[0].Kind == OperationData.JointAcquire && operations[count].Kind == OperationData.JointAcquire)
        {
            count++;
        }

        return count;
    }

    private static bool IsJoint(ReadOnlySpan<OperationData> operations)
    {
        bool joint = operations.Length is > 1 and <= GroupKeys.MaxTogether;
        for (int i = 0; i < operations.Length && joint; i++)
        {
            joint = operations[i].Following == operations.Length - 1 - i
                && operations[i].Cost == operations[0].Cost && operations[i].OperationId == operations[0].OperationId;
        }

        return joint;
    }

    private GroupReplyData Execute(in OperationData data, GroupRules?[] rules)
    {
        BucketOperation operation = data.ToOperation(rules);
        return !operation.IsValid ? GroupReplyData.UnsupportedReply
            : silo.Find(data.Group)?.Group.TryExecute(operation, silo.Living, out GroupReply reply) == true ? GroupReplyData.Of(reply)
            : GroupReplyData.GoneReply;
    }

    // Finds the groups again, so that nothing is added to the path of operations while nobody looks at the dashboard.
    private void Count(ReadOnlySpan<OperationData> operations, ReadOnlySpan<GroupReplyData> replies)
    {
        Span<Scope> scopes = stackalloc Scope[GroupKeys.MaxTogether];
        bool known = operations.Length <= scopes.Length
            && operations[0].Kind is OperationData.JointAcquire or (byte)OperationKind.Acquire or (byte)OperationKind.Reserve;
        for (int i = 0; i < operations.Length && known; i++)
        {
            GroupGrain? grain = silo.Find(operations[i].Group);
            known = grain is not null;
            scopes[i] = grain?.Scope ?? default;
        }

        if (known)
        {
            silo.Acquisitions.Count(scopes[..operations.Length], replies);
        }
    }

    private bool TryLease(LeaseMessage message, out QuotaLeaseReply reply)
    {
        reply = default;
        return silo.Find(message.Group)?.Group.TryLease(
            message.Rules!, message.Wanted, new(message.Span), new(message.LeaseId), silo.Living, new(message.Ended), message.Used,
            out reply) == true;
    }

    // Runs on another thread, because visiting all groups takes a while and would block the calls of front-ends.
    private Task<IGroupGrain[]> GroupsOfAsync(string prefix) => Task.Run(() => silo.StartingWith(prefix)
        .Union(handOvers.StartingWith(prefix))
        .Union(handOvers.Replicas.StartingWith(prefix).Select(group => _groups.Get(group.Scope, group.Key).GetGrainId()))
        .Select(id => grains.GetGrain(id).AsReference<IGroupGrain>())
        .ToArray());
}
