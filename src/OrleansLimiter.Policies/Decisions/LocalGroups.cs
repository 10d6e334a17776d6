namespace OrleansLimiter.Policies.Decisions;

/// <summary>
/// What stands in, under <c>on-failure: local</c>, for groups that could not be asked: the same groups in this process,
/// with a share of the limits and the same protocol, so that a refusal consumes nothing there either.
/// </summary>
internal sealed class LocalGroups(GroupCalls groups, Plan plan, GroupQuestion[] questions, decimal share)
{
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
            ValueTask<GroupReply> asked = groups.Ask(call, QuestionAt(i), cost, id);
            GroupReply reply = await groups.AnswerAsync(ref asked, deadline).ConfigureAwait(false);
            replies[i] = reply with { Notes = reply.Notes | replies[i].Notes | GroupNotes.Fallback };
            refused |= reply.Outcome == GroupOutcome.Refused;
        }
    }

    /// <summary>Whether a reply came from here.</summary>
    public static bool Gave(in GroupReply reply) => (reply.Notes & GroupNotes.Fallback) != 0;

    /// <summary>Makes what was held final.</summary>
    public void Confirm(int group, TakeId id) => groups.Confirm(questions[group].Key, id);

    /// <summary>Returns what was given.</summary>
    public ValueTask<GroupReply> Return(int group, int cost, TakeId id) => groups.Ask(GroupCall.Return, QuestionAt(group), cost, id);

    private GroupQuestion QuestionAt(int group) => questions[group].Local(plan.Groups[group], share);
}
