using System.Diagnostics;

namespace OrleansLimiter.Decisions;

/// <summary>Composes a decision from the replies of the groups.</summary>
internal static class DecisionComposer
{
    public static Decision Compose(Policy policy, Plan plan, in LimitRequest request, in GroupReply only)
    {
        if (plan.Limits.Length > 1 || only is { Outcome: GroupOutcome.Unavailable } or { Notes: not GroupNotes.None })
        {
            return Compose(policy, plan, request, new ReadOnlySpan<GroupReply>(in only));
        }

        var decision = new Decision(policy, request, plan) { Allowed = only.Outcome == GroupOutcome.Allowed };
        decision.Only = only.Readings.First;
        return decision;
    }

    public static Decision Compose(Policy policy, Plan plan, in LimitRequest request, ReadOnlySpan<GroupReply> replies)
    {
        if (IsPlain(replies))
        {
            return ComposePlain(policy, plan, request, replies);
        }

        var outcomes = new LimitOutcome[plan.Limits.Length];
        bool allowed = true;
        DecisionNotes notes = DecisionNotes.None;
        for (int group = 0; group < replies.Length; group++)
        {
            GroupReply reply = replies[group];
            bool isAvailable = reply.Outcome != GroupOutcome.Unavailable;
            notes |= NotesOf(reply);
            allowed &= AccountBound.IsReached(reply)
                ? policy.Definition.AccountGroups.Beyond == BeyondAccountGroups.Allow
                : IsAllowed(reply.Outcome, policy.Definition.OnFailure.Kind);
            for (int i = 0; i < plan.Groups[group].Places.Length; i++)
            {
                int place = plan.Groups[group].Places[i];
                outcomes[place] = new(plan.Limits[place].Limit, isAvailable ? reply.Readings[i] : default, isAvailable);
            }
        }

        return new(policy, request, plan, allowed, notes, outcomes);
    }

    // There is nothing to report but the readings.
    private static bool IsPlain(ReadOnlySpan<GroupReply> replies)
    {
        foreach (ref readonly GroupReply reply in replies)
        {
            if (reply.Notes != GroupNotes.None || reply.Outcome == GroupOutcome.Unavailable)
            {
                return false;
            }
        }

        return true;
    }

    private static Decision ComposePlain(Policy policy, Plan plan, in LimitRequest request, ReadOnlySpan<GroupReply> replies)
    {
        var decision = new Decision(policy, request, plan) { Allowed = true };
        Span<Reading> readings = decision.Readings;
        int count = 0;
        foreach (ref readonly GroupReply reply in replies)
        {
            decision.Allowed &= reply.Outcome == GroupOutcome.Allowed;
            for (int i = 0; i < reply.Readings.Count; i++)
            {
                readings[count++] = reply.Readings[i];
            }
        }

        return decision;
    }

    // With `local`, a group is unavailable only if the fallback is unavailable as well.
    private static bool IsAllowed(GroupOutcome outcome, OnFailureKind onFailure) => (outcome, onFailure) switch
    {
        (GroupOutcome.Allowed, _) => true,
        (GroupOutcome.Refused, _) or (GroupOutcome.Unavailable, OnFailureKind.Deny) => false,
        (GroupOutcome.Unavailable, OnFailureKind.Allow or OnFailureKind.Local) => true,
        _ => throw new UnreachableException(),
    };

    private static DecisionNotes NotesOf(in GroupReply reply) => AccountBound.IsReached(reply)
        ? DecisionNotes.TooManyGroupsOfAccount | ((DecisionNotes)reply.Notes & DecisionNotes.FailureDecided)
        : (DecisionNotes)reply.Notes | (reply.Outcome == GroupOutcome.Unavailable ? DecisionNotes.FailureDecided : DecisionNotes.None);
}
