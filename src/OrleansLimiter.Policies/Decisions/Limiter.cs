using System.Runtime.CompilerServices;
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
    // Inlined into its caller with all that it calls, it would use up what the JIT inlines at most, and the caller would
    // clear all of its values at each call.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ValueTask<Decision> CheckAsync(Policy policy, in LimitRequest request)
    {
        Plan plan = PlanFor(policy, request);
        if (plan.Only is { } only && !request.Peek)
        {
            GroupKey key = only.KeyFor(policy, request);
            if (groups.TryTake(key, only.Rules, request.Cost, out Reading reading))
            {
                return new(new Decision(
                    policy, request, reading.Allowed, DecisionNotes.None, plan.Limits[0].Limit, reading, known: true));
            }
        }

        return DecideAsync(policy, plan, request);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<Decision> DecideAsync(Policy policy, Plan plan, in LimitRequest request) => plan.Groups.Length switch
    {
        0 => new(new Decision(policy, request, allowed: true, DecisionNotes.None, [])),
        1 when !request.Peek => DecideOneAsync(policy, plan, request),
        _ => DecideSeveralAsync(policy, plan, request),
    };

    private async ValueTask<Decision> DecideOneAsync(Policy policy, Plan plan, LimitRequest request)
    {
        GroupQuestion question = GroupQuestion.Of(policy, plan, 0, request);
        GroupReply reply = await AskAsync().ConfigureAwait(false);
        return DecisionComposer.Compose(
            policy, plan, request, reply.Contended ? await AskAsync().ConfigureAwait(false) : reply);

        ValueTask<GroupReply> AskAsync() =>
            groups.TakeAsync(question.Key, question.Rules, request.Cost, TakeId.None, hold: false);
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
        OverrideTable table = overrides.Current.For(request.Account);
        Plan plan = policy.Plans(table.Floor).For(request);
        return table.For(policy.Name, request.Account) is { } account
            ? OverriddenPlan(policy, plan, request, table, account)
            : plan;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Plan OverriddenPlan(
        Policy policy, Plan plan, in LimitRequest request, OverrideTable table, AccountOverrides account)
    {
        DateTimeOffset utcNow = clock.UtcNow;
        return _overridden.For(plan, policy, request, account, table.VersionAt(account, utcNow), utcNow);
    }
}
