using System.Diagnostics;
using System.Runtime.CompilerServices;
using OrleansLimiter.Policies.Files;
using OrleansLimiter.Policies.Overrides;

namespace OrleansLimiter.Policies.Decisions;

/// <summary>
/// Decides requests: which limits apply, what their groups say, and what follows from it. It holds no counts; the groups do.
/// </summary>
/// <remarks>
/// A request that needs one group is one call. One that needs several takes from each, held until all have agreed;
/// if one refuses, the others get back what they gave, so that a refused request consumes nothing. Engines that
/// answer at once are asked in turn: after the first refusal the rest is only read, and the last is not held.
/// Engines that answer later have until the decision's deadline; a caller who hangs up meanwhile changes nothing.
/// </remarks>
public sealed class Limiter
{
    private readonly OverriddenPlans _overridden = new();
    private readonly IGroups _groups;
    private readonly IOverrides _overrides;
    private readonly LimiterClock _clock;
    private readonly TimeSpan _deadline;
    private readonly GroupCalls _calls;
    private readonly GroupCalls? _local;

    /// <summary>Creates a limiter.</summary>
    /// <param name="groups">Where the counts are.</param>
    /// <param name="overrides">The overrides in force.</param>
    /// <param name="clock">The limiter's clock; the timer of a deadline runs on it as well.</param>
    /// <param name="options">For engines that answer late or not at all; null: the defaults.</param>
    public Limiter(IGroups groups, IOverrides overrides, LimiterClock clock, LimiterOptions? options = null)
    {
        options ??= new();
        (_groups, _overrides, _clock, _deadline) = (groups, overrides, clock, options.Deadline);
        _calls = new(groups, clock.Time, Tell);
        _local = options.Local is null ? null : new(options.Local, clock.Time, Tell);
    }

    /// <summary>
    /// Raised with what an engine threw, which is a bug of it: for the caller its group was unavailable. On whatever
    /// thread it was noticed; a handler must not throw.
    /// </summary>
    public event Action<Exception>? EngineFailed;

    /// <summary>
    /// Decides one request. Never throws for an outage: <c>on-failure</c> decides then. To be awaited once. What follows on an
    /// answer that came later runs where it came, before that of others; who must block there should go elsewhere first.
    /// </summary>
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
            if (_groups.TryTake(key, only.Rules, request.Cost, out Reading reading))
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
        1 when !request.Peek && !MayRefuseUnasked(policy) => DecideOneAsync(policy, plan, request),
        _ => DecideSeveralAsync(policy, plan, request),
    };

    // Whether a request may be refused though its group did not answer: a take that was lost on the way must then be
    // returned, and so needs an id.
    private bool MayRefuseUnasked(Policy policy) => policy.Definition.OnFailure.Kind switch
    {
        OnFailureKind.Deny => !_groups.AnswersAtOnce,
        OnFailureKind.Local => _local is not null,
        OnFailureKind.Allow => false,
        _ => throw new UnreachableException(),
    };

    private ValueTask<Decision> DecideOneAsync(Policy policy, Plan plan, in LimitRequest request)
    {
        var deadline = Deadline.In(_deadline, _clock.Time);
        ValueTask<GroupReply> asked = _calls.Ask(GroupCall.Take, GroupQuestion.Of(policy, plan, 0, request), request.Cost, TakeId.None);
        if (!asked.IsCompletedSuccessfully)
        {
            return TimedDecision.WaitAsync(this, policy, plan, request, asked, deadline, _calls.Queue, _calls.Failed);
        }

        GroupReply reply = asked.Result;
        return reply.Contended
            ? AskAgainAsync(policy, plan, request, reply, deadline)
            : new(DecisionComposer.Compose(policy, plan, request, reply));
    }

    /// <summary>The decision where only held permits stood in the way of a request of one group.</summary>
    internal async ValueTask<Decision> AskAgainAsync(Policy policy, Plan plan, LimitRequest request, GroupReply reply, Deadline deadline)
    {
        GroupReply[] replies = await Takes(policy, plan, [GroupQuestion.Of(policy, plan, 0, request)], request.Cost, deadline)
            .AskAgainAsync([reply]).ConfigureAwait(false);
        return DecisionComposer.Compose(policy, plan, request, replies);
    }

    private async ValueTask<Decision> DecideSeveralAsync(Policy policy, Plan plan, LimitRequest request)
    {
        var questions = new GroupQuestion[plan.Groups.Length];
        for (int i = 0; i < questions.Length; i++)
        {
            questions[i] = GroupQuestion.Of(policy, plan, i, request);
        }

        SeveralGroups take = Takes(policy, plan, questions, request.Cost, Deadline.In(_deadline, _clock.Time));
        GroupReply[] replies = request.Peek
            ? await take.ReadAsync().ConfigureAwait(false)
            : await take.TakeAsync().ConfigureAwait(false);
        return DecisionComposer.Compose(policy, plan, request, replies);
    }

    private SeveralGroups Takes(Policy policy, Plan plan, GroupQuestion[] questions, int cost, Deadline deadline)
    {
        OnFailure onFailure = policy.Definition.OnFailure;
        return new(_calls, questions, cost, onFailure.Kind == OnFailureKind.Deny, deadline)
        {
            Local = _local is not null && onFailure.Kind == OnFailureKind.Local ? new(_local, plan, questions, onFailure.Share) : null,
        };
    }

    private void Tell(Exception exception) => EngineFailed?.Invoke(exception);

    private Plan PlanFor(Policy policy, in LimitRequest request)
    {
        OverrideTable table = _overrides.Current.For(request.Account);
        Plan plan = policy.Plans(table.Floor).For(request);
        return table.For(policy.Name, request.Account) is { } account
            ? OverriddenPlan(policy, plan, request, table, account)
            : plan;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Plan OverriddenPlan(
        Policy policy, Plan plan, in LimitRequest request, OverrideTable table, AccountOverrides account)
    {
        DateTimeOffset utcNow = _clock.UtcNow;
        return _overridden.For(plan, policy, request, account, table.VersionAt(account, utcNow), utcNow);
    }
}
