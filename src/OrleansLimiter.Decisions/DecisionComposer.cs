using System.Diagnostics;
using OrleansLimiter.Policies;

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
        var outcomes = new LimitOutcome[plan.Limits.Length];
        bool allowed = true;
        DecisionNotes notes = DecisionNotes.None;
        for (int group = 0; group < replies.Length; group++)
        {
            GroupReply reply = replies[group];
            notes |= NotesOf(reply);
            allowed &= Passes(reply, policy.Definition.OnFailure);
            for (int i = 0; i < plan.Groups[group].Places.Length; i++)
            {
                int place = plan.Groups[group].Places[i];
                outcomes[place] = OutcomeOf(plan, place, reply, i);
            }
        }

        return new(policy, request, allowed, notes, outcomes);
    }

    private static LimitOutcome OutcomeOf(Plan plan, int place, in GroupReply reply, int reading) =>
        reply.Outcome == GroupOutcome.Unavailable
            ? new(plan.Limits[place].Limit, default, IsAvailable: false)
            : new(plan.Limits[place].Limit, reply.Readings[reading], IsAvailable: true);

    private static bool Passes(in GroupReply reply, OnFailure onFailure) => reply.Outcome switch
    {
        GroupOutcome.Allowed => true,
        GroupOutcome.Refused => false,
        GroupOutcome.Unavailable => Passes(onFailure.Kind),
        _ => throw new UnreachableException(),
    };

    // If the fallback is unavailable as well, the request is allowed.
    private static bool Passes(OnFailureKind onFailure) => onFailure switch
    {
        OnFailureKind.Allow or OnFailureKind.Local => true,
        OnFailureKind.Deny => false,
        _ => throw new UnreachableException(),
    };

    private static DecisionNotes NotesOf(in GroupReply reply) =>
        (DecisionNotes)reply.Notes
        | (reply.Outcome == GroupOutcome.Unavailable ? DecisionNotes.FailureDecided : DecisionNotes.None);
}
