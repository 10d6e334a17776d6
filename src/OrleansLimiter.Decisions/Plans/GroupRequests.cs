namespace OrleansLimiter.Decisions;

/// <summary>Creates the operations of a request on the groups of its plan.</summary>
internal static class GroupRequests
{
    /// <summary>Creates the operation on one group of a plan: an acquisition, or a read for a peek.</summary>
    public static GroupRequest Of(Policy policy, Plan plan, int group, in LimitRequest request)
    {
        PlannedGroup planned = plan.Groups[group];
        GroupRules rules = RulesOf(plan, planned, request);
        OperationKind kind = request.Peek ? OperationKind.Read : OperationKind.Acquire;
        return new(planned.KeyFor(policy, request), new(kind, rules, request.Cost, OperationId.None)
        {
            MaxAccountGroups = planned.MaxAccountGroups(policy, request),
        });
    }

    /// <summary>Creates the operations on all groups of a plan, in order.</summary>
    public static GroupRequest[] All(Policy policy, Plan plan, in LimitRequest request)
    {
        var requests = new GroupRequest[plan.Groups.Length];
        for (int i = 0; i < requests.Length; i++)
        {
            requests[i] = Of(policy, plan, i, request);
        }

        return requests;
    }

    /// <summary>The rules of a request in one group of a plan.</summary>
    public static GroupRules RulesOf(Plan plan, PlannedGroup group, in LimitRequest request) =>
        group.HasFreeKeys ? Complete(plan, group, request) : group.Rules;

    /// <summary>Creates another operation on the same buckets.</summary>
    public static GroupRequest With(this in GroupRequest request, OperationKind kind, OperationId id) =>
        request with { Operation = request.Operation with { Kind = kind, Id = id } };

    /// <summary>Creates the commit of a reservation.</summary>
    public static GroupRequest Commit(this in GroupRequest request, OperationId id) =>
        request with { Operation = BucketOperation.Commit(id) };

    /// <summary>Creates the same operation for the fallback store in this process.</summary>
    public static GroupRequest ForFallback(this in GroupRequest request, PlannedGroup planned, decimal share)
    {
        GroupRules rules = planned.LocalRules(share);
        return new(request.Key, request.Operation with
        {
            Rules = planned.HasFreeKeys ? LocalShare.Named(rules, request.Operation.Rules!.Rules) : rules,
        });
    }

    private static GroupRules Complete(Plan plan, PlannedGroup group, LimitRequest request) => new(
        [.. group.Places.Select(place => plan.Limits[place].ToRule(NameOf(plan.Limits[place], request)))],
        group.Rules.Generation);

    private static BucketName NameOf(PlannedLimit limit, LimitRequest request)
    {
        BucketName name = limit.Bucket;
        foreach (Dimension key in limit.FreeKeys)
        {
            name = name.With(key.Key, key.ValueIn(request));
        }

        return name;
    }
}
