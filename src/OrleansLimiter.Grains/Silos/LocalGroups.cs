namespace OrleansLimiter.Grains;

/// <summary>
/// The groups of this silo, for front-ends in its process and for <see cref="SiloGrain"/>. Executes joint acquisitions: the groups of a
/// request decide in one step, all or none.
/// </summary>
public sealed class LocalGroups : ILocalGroups
{
    private readonly SiloGroupRegistry _silo;
    private readonly GroupGrainFactory _grains;
    private readonly IHostingSilos _hosting;

    internal LocalGroups(SiloGroupRegistry silo, IGrainFactory grains, IHostingSilos hosting) =>
        (_silo, _grains, _hosting) = (silo, new(grains), hosting);

    string ILocalGroups.Name => _silo.Name;

    LivingGroups ILocalGroups.Living => _silo.Living;

    int ILocalGroups.MaxGroups => (int)Math.Min(_silo.Living.Max, _silo.Living.MaxBytes / GrainOwner.BaseBytes);

    AcquisitionCounters ILocalGroups.Acquisitions => _silo.Acquisitions;

    BucketGroupEntry? ILocalGroups.Find(GroupAddress address) => address.Silo == _silo.Name ? _silo.Find(address.Number)?.Group : null;

    ValueTask<AcquisitionReply> ILocalGroups.AcquireAsync(AcquisitionMessage message) => AcquireAsync(message);

    /// <summary>
    /// Acquires in groups that are identified by their keys. Activates those that are not active, unless the groups of this silo must not
    /// decide: to find the others could take long then.
    /// </summary>
    internal async ValueTask<AcquisitionReply> AcquireAsync(AcquisitionMessage message)
    {
        await _silo.Living.WaitIfFencedAsync().ConfigureAwait(false);
        var requests = new GroupRequest[message.Groups?.Length ?? 0];
        GroupReplyData[] replies = !TryConvert(message, requests) ? AllOf(GroupReplyData.UnsupportedReply, requests.Length)
            : _silo.Living.IsFenced(_silo.Living.Clock.Now) ? AllOf(GroupReplyData.Of(_silo.Living.Refuse()), requests.Length)
            : await AcquireAsync(message, requests).ConfigureAwait(false);
        if (_silo.Acquisitions.IsEnabled && replies.Length > 0)
        {
            _silo.Acquisitions.Count(Array.ConvertAll(message.Groups!, group => (Scope)group.Scope), replies);
        }

        HostingSilos hosting = _hosting.Current;
        return new(
            replies,
            hosting.Version,
            hosting.Version > message.SilosVersion ? [.. hosting.Silos.Select(silo => silo.ToParsableString())] : null);
    }

    /// <summary>Acquires in groups that are identified by their numbers.</summary>
    /// <param name="operations">The operations of the groups.</param>
    /// <param name="rules">The rules of the message.</param>
    /// <param name="replies">Receives a reply for each operation.</param>
    internal void Acquire(ReadOnlySpan<OperationData> operations, GroupRules?[] rules, Span<GroupReplyData> replies)
    {
        GroupEntries few = default;
        JointRules fewRules = default;
        int count = operations.Length;
        Span<BucketGroupEntry> groups = count <= GroupKeys.Length ? few[..count] : new BucketGroupEntry[count];
        Span<GroupRules> given = count <= GroupKeys.Length ? fewRules[..count] : new GroupRules[count];
        bool gone = false;
        bool ordered = true;
        int scope = -1;
        for (int i = 0; i < operations.Length; i++)
        {
            BucketOperation operation = operations[i].ToOperation(rules);
            GroupGrain? grain = _silo.Find(operations[i].Group);
            if (!operation.IsValid || (grain is not null && (int)grain.Scope < scope))
            {
                replies.Fill(GroupReplyData.UnsupportedReply);
                return;
            }

            gone |= grain is null;
            ordered &= grain is null || (int)grain.Scope > scope;
            replies[i] = grain is null ? GroupReplyData.GoneReply : GroupReplyData.NotExecutedReply;
            (groups[i], given[i], scope) = (grain?.Group!, operation.Rules!, grain is null ? scope : (int)grain.Scope);
        }

        if (gone)
        {
            return;
        }

        if (!ordered)
        {
            AcquireOrdered(operations, rules, groups, replies);
        }
        else if (operations[0].OperationId != 0 || !TryAcquire(groups, given, operations[0].Cost, replies))
        {
            Acquire(groups, RequestsOf(operations, rules), replies, order: default);
        }
    }

    // The groups of several requests, of which two have the same scope.
    private void AcquireOrdered(
        ReadOnlySpan<OperationData> operations, GroupRules?[] rules, ReadOnlySpan<BucketGroupEntry> groups, Span<GroupReplyData> replies)
    {
        Span<(Scope, long)> numbers = stackalloc (Scope, long)[GroupKeys.MaxTogether];
        Span<int> order = stackalloc int[GroupKeys.MaxTogether];
        for (int i = 0; i < operations.Length; i++)
        {
            numbers[i] = (_silo.Find(operations[i].Group)?.Scope ?? default, operations[i].Group);
        }

        if (LockOrder.TrySort(numbers[..operations.Length], order))
        {
            Acquire(groups, RequestsOf(operations, rules), replies, order);
        }
        else
        {
            replies.Fill(GroupReplyData.UnsupportedReply);
        }
    }

    private static GroupRequest[] RequestsOf(ReadOnlySpan<OperationData> operations, GroupRules?[] rules)
    {
        var requests = new GroupRequest[operations.Length];
        for (int i = 0; i < requests.Length; i++)
        {
            requests[i] = new(default, operations[i].ToOperation(rules));
        }

        return requests;
    }

    // The fast path: one rule for each group of one request, and no id. It allocates nothing.
    private bool TryAcquire(ReadOnlySpan<BucketGroupEntry> groups, ReadOnlySpan<GroupRules> rules, int cost, Span<GroupReplyData> replies)
    {
        foreach (GroupRules one in rules)
        {
            if (one.Rules.Length > 1 || rules.Length > GroupKeys.Length)
            {
                return false;
            }
        }

        Span<Reading> readings = stackalloc Reading[GroupKeys.Length];
        readings = readings[..groups.Length];
        if (!BucketGroupEntry.TryAcquireJoint(groups, rules, cost, _silo.Living, readings, out _))
        {
            return false;
        }

        for (int i = 0; i < readings.Length; i++)
        {
            replies[i] = GroupReplyData.Of(readings[i]);
        }

        return true;
    }

    private async ValueTask<GroupReplyData[]> AcquireAsync(AcquisitionMessage message, GroupRequest[] requests)
    {
        GroupReplyData[] replies = AllOf(GroupReplyData.NotExecutedReply, requests.Length);
        GroupAddress[] addresses;
        try
        {
            addresses = await LocateAsync(message).ConfigureAwait(false);
            await _silo.Living.WaitIfFencedAsync().ConfigureAwait(false); // it may have closed meanwhile
        }
        catch (Exception)
        {
            return replies; // nothing was acquired; the sender calls the grains, and logs the failure
        }

        var groups = new BucketGroupEntry[requests.Length];
        bool together = true;
        for (int i = 0; i < addresses.Length; i++)
        {
            groups[i] = addresses[i].Silo == _silo.Name ? _silo.Find(addresses[i].Number)?.Group! : null!;
            together &= groups[i] is not null;
        }

        if (together)
        {
            Acquire(message, addresses, groups, requests, replies);
        }

        for (int i = 0; i < replies.Length; i++)
        {
            bool deactivated = DeactivateIfUnused(addresses[i], groups[i], atBound: IsAtAccountBound(replies));
            replies[i] = replies[i] with { Address = deactivated || replies[i].Outcome == GroupReplyData.Gone ? null : addresses[i] };
        }

        return replies;
    }

    private void Acquire(
        AcquisitionMessage message, GroupAddress[] addresses, BucketGroupEntry[] groups, GroupRequest[] requests,
        GroupReplyData[] replies)
    {
        Span<(Scope, long)> numbers = stackalloc (Scope, long)[GroupKeys.MaxTogether];
        Span<int> order = stackalloc int[GroupKeys.MaxTogether];
        for (int i = 0; i < requests.Length; i++)
        {
            numbers[i] = ((Scope)message.Groups[i].Scope, addresses[i].Number);
        }

        if (LockOrder.TrySort(numbers[..requests.Length], order))
        {
            Acquire(groups, requests, replies, order);
        }
        else
        {
            Array.Fill(replies, GroupReplyData.UnsupportedReply);
        }
    }

    private void Acquire(
        ReadOnlySpan<BucketGroupEntry> groups, GroupRequest[] requests, Span<GroupReplyData> replies, ReadOnlySpan<int> order)
    {
        var given = new GroupReply[requests.Length];
        bool executed = BucketGroupEntry.TryExecuteJoint(groups, requests, _silo.Living, given, order);
        for (int i = 0; i < given.Length; i++)
        {
            replies[i] = executed ? GroupReplyData.Of(given[i])
                : groups[i].HasEnded ? GroupReplyData.GoneReply : GroupReplyData.NotExecutedReply;
        }
    }

    // Started concurrently: usually all groups are placed on this silo.
    private Task<GroupAddress[]> LocateAsync(AcquisitionMessage message)
    {
        var located = new Task<GroupAddress>[message.Groups.Length];
        for (int i = 0; i < located.Length; i++)
        {
            GroupAcquisition group = message.Groups[i];
            located[i] = _grains.Get((Scope)group.Scope, group.Key).LocateAsync(LocateMessage.Instance).AsTask();
        }

        return Task.WhenAll(located);
    }

    // The group is ended first, because another acquisition may make it living at the same time.
    private bool DeactivateIfUnused(GroupAddress address, BucketGroupEntry? group, bool atBound)
    {
        bool unused = group is { IsLiving: false } && (atBound || _silo.HasTooManyGrains) && group.TryEndUnused();
        if (unused)
        {
            _silo.Find(address.Number)?.DeactivateUnused();
        }

        return unused;
    }

    private static bool IsAtAccountBound(ReadOnlySpan<GroupReplyData> replies)
    {
        foreach (ref readonly GroupReplyData reply in replies)
        {
            if (((GroupNotes)reply.Notes & GroupNotes.TooManyGroupsOfAccount) != 0)
            {
                return true;
            }
        }

        return false;
    }

    // The scopes are the order of the locks, so they must not decrease.
    private static bool TryConvert(AcquisitionMessage message, GroupRequest[] requests)
    {
        bool valid = requests.Length is > 0 and <= GroupKeys.MaxTogether;
        for (int i = 0; i < requests.Length && valid; i++)
        {
            GroupAcquisition group = message.Groups[i];
            var operation = new BucketOperation(OperationKind.Acquire, group.Rules, message.Cost, new(message.OperationId))
            {
                MaxAccountGroups = group.MaxAccountGroups,
            };
            requests[i] = new(default, operation);
            valid = operation.IsValid && ScopeDescriptor.Find((Scope)group.Scope) is not null && !string.IsNullOrWhiteSpace(group.Key)
                && (i == 0 || group.Scope >= message.Groups[i - 1].Scope)
                && !Array.Exists(message.Groups[..i], other => (other.Scope, other.Key) == (group.Scope, group.Key));
        }

        return valid;
    }

    private static GroupReplyData[] AllOf(GroupReplyData reply, int count)
    {
        var replies = new GroupReplyData[count];
        Array.Fill(replies, reply);
        return replies;
    }
}
