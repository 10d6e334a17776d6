namespace OrleansLimiter.Core.Tests.Models;

/// <summary>Groups that execute one operation at a time, as under one lock for all of them.</summary>
internal sealed class JointModel
{
    private readonly Dictionary<GroupKey, GroupModel> _groups = [];

    public GroupReply[] AcquireAll(GroupRequest[] asked, Instant now)
    {
        GroupReply[] replies = [.. asked.Select(each => Of(each.Key).Preview(Rules(each), each.Operation.Cost, now, each.Operation.Id))];
        bool allowed = replies.All(reply => reply.Outcome == GroupOutcome.Allowed);
        for (int i = 0; i < asked.Length; i++)
        {
            replies[i] = allowed ? Execute(asked[i], now)
                : replies[i].Outcome == GroupOutcome.Allowed && asked[i].Operation.Id != OperationId.None
                    ? Execute(asked[i] with { Operation = asked[i].Operation with { Kind = OperationKind.Cancel } }, now)
                    : replies[i];
        }

        return replies;
    }

    public GroupReply Execute(GroupRequest asked, Instant now)
    {
        (OperationKind kind, _, int cost, OperationId id) = asked.Operation;
        GroupModel group = Of(asked.Key);
        switch (kind)
        {
            case OperationKind.Commit:
                group.Commit(id, now);
                return default;
            case OperationKind.Cancel:
                group.Cancel(id, now);
                return group.Read(Rules(asked), cost, now);
            case OperationKind.Read:
                return group.Read(Rules(asked), cost, now);
            default:
                return group.Acquire(Rules(asked), cost, now, id, reserve: kind == OperationKind.Reserve);
        }
    }

    private static GroupRules Rules(in GroupRequest asked) => asked.Operation.Rules!;

    private GroupModel Of(GroupKey key) => _groups.TryGetValue(key, out GroupModel? group) ? group : _groups[key] = new();
}
