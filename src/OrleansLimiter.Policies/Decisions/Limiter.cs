using OrleansLimiter.Policies.Overrides;

namespace OrleansLimiter.Policies.Decisions;

/// <summary>
/// Decides requests: which limits apply, what their groups say, and what follows from it. It holds no counts and
/// takes no lock; the groups do.
/// </summary>
/// <remarks>
/// A request that needs one group is one call. One that needs several takes from each, held until all have agreed;
/// if one refuses, the others get back what they gave, so that a refused request consumes nothing. Engines that
/// answer at once are asked in turn: after the first refusal the rest is only read, and the last is not held.
/// </remarks>
public sealed class Limiter(IGroups groups, IOverrides overrides, LimiterClock clock)
{
    private readonly OverriddenPlans _overridden = new();

    /// <summary>Decides one request. Never throws for an outage: <c>on-failure</c> decides then.</summary>
    /// <param name="policy">The policy in force.</param>
    /// <param name="request">The request; its cost is 1 or more.</param>
    public ValueTask<Decision> CheckAsync(Policy policy, in LimitRequest request)
    {
        Plan plan = PlanFor(policy, request);
        if (plan.Groups.Length != 1 || request.Peek)
        {
            return plan.Groups.IsEmpty
                ? new(new Decision(policy, request, allowed: true, DecisionNotes.None, []))
                : DecideSeveralAsync(policy, plan, request);
        }

        GroupQuestion question = GroupQuestion.Of(policy, plan, 0, request);
        ValueTask<GroupReply> asked = groups.TakeAsync(question.Key, question.Rules, request.Cost, TakeId.None, hold: false);
        if (!asked.IsCompletedSuccessfully)
        {
            return DecideOneAsync(policy, plan, request, question, asked);
        }

        // A ValueTask is read once; what was read stands in for it where the group must be asked once more.
        GroupReply reply = asked.Result;
        return reply.Contended
            ? DecideOneAsync(policy, plan, request, question, new(reply))
            : new(DecisionComposer.Compose(policy, plan, request, reply));
    }

    private async ValueTask<Decision> DecideOneAsync(
        Policy policy, Plan plan, LimitRequest request, GroupQuestion question, ValueTask<GroupReply> asked)
    {
        GroupReply reply = await asked.ConfigureAwait(false);
        return DecisionComposer.Compose(policy, plan, request, reply.Contended
            ? await groups.TakeAsync(question.Key, question.Rules, request.Cost, TakeId.None, hold: false).ConfigureAwait(false)
            : reply);
    }

    private async ValueTask<Decision> DecideSeveralAsync(Policy policy, Plan plan, LimitRequest request)
    {
        var questions = new GroupQuestion[plan.Groups.Length];
        for (int i = 0; i < questions.Length; i++)
        {
            questions[i] = GroupQuestion.Of(policy, plan, i, request);
        }

        var take = new SeveralGroups(groups, questions, request.Cost);
        GroupReply[] replies = request.Peek
            ? await take.ReadAsync().ConfigureAwait(false)
            : await take.TakeAsync(policy.Definition.OnFailure).ConfigureAwait(false);
        return DecisionComposer.Compose(policy, plan, request, replies);
    }

    private Plan PlanFor(Policy policy, in LimitRequest request)
    {
        OverrideTable table = overrides.Current;
        Plan plan = policy.Plans(table.Floor).For(request);
        if (table.For(policy.Name, request.Account) is not { } account)
        {
            return plan;
        }

        DateTimeOffset utcNow = clock.UtcNow;
        return _overridden.For(plan, policy, request, account, table.VersionAt(account, utcNow), utcNow);
    }
}
