namespace OrleansLimiter.Policies.Decisions;

/// <summary>
/// What stands in, under <c>on-failure: local</c>, for groups that could not be asked: the same groups in this process,
/// with a share of the limits and the same protocol, so that a refusal consumes nothing there either.
/// </summary>
internal sealed class LocalGroups(GroupCalls groups, Plan plan, GroupQuestion[] questions, decimal share)
{
    // Sets of groups, by their bits: a request has at most one for each scope.
    private int _gave;
    private int _held;

    /// <summary>Begins anew, under another id.</summary>
    public void Begin() => (_gave, _held) = (0, 0);

    /// <summary>Asks for every group that is unavailable, in order; after a refusal the rest is only read.</summary>
    /// <param name="replies">What the groups said; those of the unavailable are replaced.</param>
    /// <param name="takes">How many of them, from the first, were asked to give.</param>
    /// <param name="cost">Permits.</param>
    /// <param name="id">The take.</param>
    /// <param name="deadline">The decision's deadline. Groups in this process answer at once, also when it has passed.</param>
    public async ValueTask AskAsync(GroupReply[] replies, int takes, int cost, TakeId id, Deadline deadline)
    {
        bool refused = Array.Exists(replies, reply => reply.Outcome == GroupOutcome.Refused);
        int last = Array.FindLastIndex(replies, reply => reply.Outcome == GroupOutcome.Unavailable);
        for (int i = 0; i <= last; i++)
        {
            if (replies[i].Outcome != GroupOutcome.Unavailable)
            {
                continue;
            }

            GroupCall call = refused || i >= takes ? GroupCall.Read : i == last ? GroupCall.Take : GroupCall.Hold;
            GroupReply reply = await groups.AskAsync(call, QuestionAt(i), cost, id, deadline).ConfigureAwait(false);
            replies[i] = reply with { Notes = reply.Notes | replies[i].Notes | GroupNotes.Fallback };
            refused |= reply.Outcome == GroupOutcome.Refused;
            _gave |= call != GroupCall.Read && reply.Outcome == GroupOutcome.Allowed ? 1 << i : 0;
            _held |= call == GroupCall.Hold ? 1 << i : 0;
        }
    }

    /// <summary>Whether a group has given here.</summary>
    public bool Gave(int group) => (_gave >> group & 1) != 0;

    /// <summary>Makes what was held here final.</summary>
    public void Confirm(TakeId id)
    {
        for (int i = 0; i < questions.Length; i++)
        {
            if ((_held >> i & 1) != 0)
            {
                groups.Confirm(questions[i].Key, id);
            }
        }
    }

    /// <summary>Returns what a group has given here.</summary>
    public ValueTask<GroupReply> ReturnAsync(int group, int cost, TakeId id, Deadline deadline) =>
        groups.AskAsync(GroupCall.Return, QuestionAt(group), cost, id, deadline);

    private GroupQuestion QuestionAt(int group) => questions[group].Local(plan.Groups[group], share);
}
