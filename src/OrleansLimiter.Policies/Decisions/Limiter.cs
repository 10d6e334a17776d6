using System.Diagnostics;
using System.Runtime.CompilerServices;
using OrleansLimiter.Policies.Files;
using OrleansLimiter.Policies.Overrides;

namespace OrleansLimiter.Policies.Decisions;

/// <summary>
/// Decides requests: which limits apply, what their groups say, and what follows from it. It holds no counts; the groups do.
/// </summary>
/// <remarks>
/// A request that needs one group is one call. One that needs several reserves in each until all have agreed;
/// if one refuses, the others are cancelled, so that a refused request consumes nothing. Stores that answer at once are
/// asked in turn: after the first refusal the rest is only read, and the last acquires without a reservation.
/// Stores that answer later have until the decision's deadline; a caller that hangs up meanwhile changes nothing.
/// </remarks>
public sealed class Limiter
{
    private readonly OverriddenPlans _overridden = new();
    private readonly IBucketStore _store;
    private readonly IOverrides _overrides;
    private readonly LimiterClock _clock;
    private readonly TimeSpan _deadline;
    private readonly BucketStoreCalls _calls;
    private readonly BucketStoreCalls? _fallback;

    /// <summary>Creates a limiter.</summary>
    /// <param name="store">Where the counts are.</param>
    /// <param name="overrides">The overrides in force.</param>
    /// <param name="clock">The limiter's clock; the timer of a deadline runs on it as well.</param>
    /// <param name="options">For stores that answer late or not at all; null: the defaults.</param>
    public Limiter(IBucketStore store, IOverrides overrides, LimiterClock clock, LimiterOptions? options = null)
    {
        options ??= new();
        (_store, _overrides, _clock, _deadline) = (store, overrides, clock, options.Deadline);
        _calls = new(store, clock.Time, Tell);
        _fallback = options.Local is null ? null : new(options.Local, clock.Time, Tell);
    }

    /// <summary>
    /// Raised with an exception of the store, which is a bug of it: for the caller its group was unavailable. Raised on the
    /// thread that noticed it; a handler must not throw.
    /// </summary>
    public event Action<Exception>? StoreFailed;

    /// <summary>
    /// Decides one request. Never throws for an outage: <c>on-failure</c> decides then. To be awaited once. What follows on an
    /// answer that came later runs on the thread that brought it, before that of others; a caller that must block changes threads first.
    /// </summary>
    /// <param name="policy">The policy in force.</param>
    /// <param name="request">The request; its cost is 1 or more.</param>
    // Inlined into its caller with all that it calls, it would use up what the JIT inlines at most, and the caller would
    // clear all of its values at each call.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ValueTask<Decision> CheckAsync(Policy policy, in LimitRequest request)
    {
        Plan plan = PlanFor(policy, request);
        if (plan.Only is not { } only || request.Peek)
        {
            return DecideAsync(policy, plan, request);
        }

        GroupKey key = only.KeyFor(policy, request);
        return _store.TryAcquire(key, only.Rules, request.Cost, out Reading reading, out object? hint)
            ? new(new Decision(policy, request, reading.Allowed, DecisionNotes.None, plan.Limits[0].Limit, reading, known: true))
            : DecideAsync(policy, plan, request, key, hint);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<Decision> DecideAsync(Policy policy, Plan plan, in LimitRequest request, in GroupKey key, object? hint) =>
        DecideOneAsync(policy, plan, request, new(key, BucketOperation.Acquire(plan.Only!.Rules, request.Cost)) { Hint = hint });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<Decision> DecideAsync(Policy policy, Plan plan, in LimitRequest request) => plan.Groups.Length switch
    {
        0 => new(new Decision(policy, request, allowed: true, DecisionNotes.None, [])),
        1 when !request.Peek => DecideOneAsync(policy, plan, request, GroupRequests.Of(policy, plan, 0, request)),
        _ => DecideSeveralAsync(policy, plan, request, GroupRequests.All(policy, plan, request)),
    };

    // Whether a request may be refused though its group did not answer: an acquisition that was lost on the way must then be
    // cancelled, and so needs an id.
    private bool MayRefuseUnasked(Policy policy) => policy.Definition.OnFailure.Kind switch
    {
        OnFailureKind.Deny => !_store.IsSynchronous,
        OnFailureKind.Local => _fallback is not null,
        OnFailureKind.Allow => false,
        _ => throw new UnreachableException(),
    };

    private ValueTask<Decision> DecideOneAsync(Policy policy, Plan plan, in LimitRequest request, in GroupRequest asked)
    {
        if (MayRefuseUnasked(policy))
        {
            return DecideSeveralAsync(policy, plan, request, [asked]);
        }

        var deadline = Deadline.In(_deadline, _clock.Time);
        ValueTask<GroupReply> pending = _calls.ExecuteAsync(asked);
        if (!pending.IsCompletedSuccessfully)
        {
            return TimedDecision.WaitAsync(this, policy, plan, request, pending, deadline, _calls.Queue, _calls.Failed);
        }

        GroupReply reply = pending.Result;
        return reply.Contended
            ? TryAgainAsync(policy, plan, request, reply, deadline)
            : new(DecisionComposer.Compose(policy, plan, request, reply));
    }

    /// <summary>The decision where only reservations of others stood in the way of a request of one group.</summary>
    internal async ValueTask<Decision> TryAgainAsync(Policy policy, Plan plan, LimitRequest request, GroupReply reply, Deadline deadline)
    {
        GroupReply[] replies = await Acquisition(policy, plan, GroupRequests.All(policy, plan, request), deadline)
            .TryAgainAsync([reply]).ConfigureAwait(false);
        return DecisionComposer.Compose(policy, plan, request, replies);
    }

    private async ValueTask<Decision> DecideSeveralAsync(Policy policy, Plan plan, LimitRequest request, GroupRequest[] asked)
    {
        MultiGroupAcquisition acquisition = Acquisition(policy, plan, asked, Deadline.In(_deadline, _clock.Time));
        GroupReply[] replies = request.Peek
            ? await acquisition.ReadAsync().ConfigureAwait(false)
            : await acquisition.AcquireAsync().ConfigureAwait(false);
        return DecisionComposer.Compose(policy, plan, request, replies);
    }

    private MultiGroupAcquisition Acquisition(Policy policy, Plan plan, GroupRequest[] asked, Deadline deadline)
    {
        OnFailure onFailure = policy.Definition.OnFailure;
        return new(_calls, asked, onFailure.Kind == OnFailureKind.Deny, deadline)
        {
            Fallback = _fallback is not null && onFailure.Kind == OnFailureKind.Local ? new(_fallback, plan, asked, onFailure.Share) : null,
        };
    }

    private void Tell(Exception exception) => StoreFailed?.Invoke(exception);

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
