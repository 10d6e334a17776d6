using System.Diagnostics;
using System.Runtime.CompilerServices;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>
/// Decides whether a request is allowed: selects the limits that apply, acquires permits from their bucket groups, and
/// composes the decision. The limiter has no counts of its own; they are in the <see cref="IBucketStore"/>.
/// </summary>
/// <remarks>
/// A request of several bucket groups acquires from all of them or from none, so a refused request consumes nothing. If the store can
/// decide the groups in one step, it does. Otherwise the limiter reserves permits in each group, and then commits or cancels the
/// reservations. An asynchronous store has until the deadline of the decision. A caller that disconnects does not cancel an acquisition.
/// </remarks>
public sealed partial class Limiter
{
    private readonly OverriddenPlans _overridden = new();
    private readonly IBucketStore _store;
    private readonly IOverrides _overrides;
    private readonly LimiterClock _clock;
    private readonly TimeSpan _deadline;
    private readonly BucketStoreCalls _calls;
    private readonly BucketStoreCalls? _fallback;

    /// <summary>Creates a limiter.</summary>
    /// <param name="store">The store that holds the bucket groups.</param>
    /// <param name="overrides">The overrides in force.</param>
    /// <param name="clock">The limiter's clock; the timer of a deadline runs on it as well.</param>
    /// <param name="options">The deadline and the fallback for an unavailable store; null for the defaults.</param>
    public Limiter(IBucketStore store, IOverrides overrides, LimiterClock clock, LimiterOptions? options = null)
    {
        options ??= new();
        (_store, _overrides, _clock, _deadline) = (store, overrides, clock, options.Deadline);
        _calls = new(store, clock.Time, OnStoreFailed);
        _fallback = options.Local is null ? null : new(options.Local, clock.Time, OnStoreFailed);
    }

    /// <summary>
    /// Raised when the store throws an exception, which is a bug of the store. The decision treats the group as unavailable. The
    /// event is raised on the thread that caught the exception; a handler must not throw.
    /// </summary>
    public event Action<Exception>? StoreFailed;

    /// <summary>
    /// Decides one request. An outage does not throw: the policy's <c>on-failure</c> decides. The result must be awaited exactly
    /// once. The continuation of an asynchronous reply runs on the thread that received the reply and delays the replies behind it,
    /// so a continuation that blocks must switch to another thread first.
    /// </summary>
    /// <param name="policy">The policy in force.</param>
    /// <param name="request">The request; its cost is 1 or more.</param>
    // Not inlined: together with the methods it calls, it would exhaust the inlining budget of the JIT for the caller, and the
    // caller would zero all of these locals on every call.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ValueTask<Decision> CheckAsync(Policy policy, in LimitRequest request)
    {
        Plan plan = PlanFor(policy, request);
        if (plan.Only is not { } only || request.Peek)
        {
            return plan.IsJoint && !request.Peek ? DecideJointAsync(policy, plan, request) : DecideAsync(policy, plan, request);
        }

        GroupKey key = only.KeyFor(policy, request);
        var decision = new Decision(policy, request, plan);
        if (!_store.TryAcquire(key, only.Rules, request.Cost, out decision.Only, out object? hint))
        {
            return DecideAsync(policy, plan, request, key, hint);
        }

        decision.Allowed = decision.Only.Allowed;
        return new(decision);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<Decision> DecideJointAsync(Policy policy, Plan plan, in LimitRequest request, Deadline? deadline = null)
    {
        GroupKeys keys = default;
        int accountHash = request.Account.Name.GetHashCode();
        for (int i = 0; i < plan.Groups.Length; i++)
        {
            keys[i] = plan.Groups[i].KeyFor(policy, request, accountHash);
        }

        var decision = new Decision(policy, request, plan);
        if (!_store.TryAcquireAll(keys[..plan.Groups.Length], plan.Rules, request.Cost, decision.Readings, out bool allowed))
        {
            return DecideAsync(policy, plan, request, deadline);
        }

        decision.Allowed = allowed;
        return new(decision);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<Decision> DecideAsync(
        Policy policy, Plan plan, in LimitRequest request, in GroupKey key, object? hint, Deadline? deadline = null) => DecideOneAsync(
        policy,
        plan,
        request,
        new(key, BucketOperation.Acquire(plan.Only!.Rules, request.Cost) with
        {
            MaxAccountGroups = plan.Only.MaxAccountGroups(policy, request),
        })
        {
            Hint = hint,
        },
        deadline);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<Decision> DecideAsync(
        Policy policy, Plan plan, in LimitRequest request, Deadline? deadline = null) => plan.Groups.Length switch
    {
        0 => new(new Decision(policy, request, plan, allowed: true, DecisionNotes.None, [])),
        1 when !request.Peek => DecideOneAsync(policy, plan, request, GroupRequests.Of(policy, plan, 0, request), deadline),
        _ => request.Peek || MayRefuseUnasked(policy)
            ? DecideSeveralAsync(policy, plan, request, GroupRequests.All(policy, plan, request), deadline)
            : DecideTogetherAsync(policy, plan, request, GroupRequests.All(policy, plan, request), deadline),
    };

    // A policy can shorten the deadline, but not extend it: the store discards operations that are older than the limiter's.
    private Deadline DeadlineOf(Policy policy) =>
        Deadline.In(policy.Definition.Deadline is { } own && own < _deadline ? own : _deadline, _clock.Time);

    // Whether the request can be refused although its group did not reply. The acquisition must then be canceled, because it may
    // have been executed, so it needs an id.
    private bool MayRefuseUnasked(Policy policy) => policy.Definition.OnFailure.Kind switch
    {
        OnFailureKind.Deny => !_store.IsSynchronous,
        OnFailureKind.Local => _fallback is not null,
        OnFailureKind.Allow => false,
        _ => throw new UnreachableException(),
    };

    private ValueTask<Decision> DecideOneAsync(
        Policy policy, Plan plan, in LimitRequest request, in GroupRequest asked, Deadline? given)
    {
        if (MayRefuseUnasked(policy))
        {
            return DecideSeveralAsync(policy, plan, request, [asked], given);
        }

        Deadline deadline = given ?? DeadlineOf(policy);
        ValueTask<GroupReply> pending = _calls.ExecuteAsync(asked);
        if (!pending.IsCompletedSuccessfully)
        {
            return PendingSingleDecision.Rent().WaitAsync(
                this, policy, plan, request, pending, deadline, _calls.QueueOf(deadline), _calls.Failed);
        }

        GroupReply reply = pending.Result;
        return reply.Contended || AccountBound.IsReached(reply)
            ? TryAgainAsync(policy, plan, request, reply, deadline)
            : new(DecisionComposer.Compose(policy, plan, request, reply));
    }

    /// <summary>
    /// Asks once more when a request of one group was refused only because of other requests' reservations, and decides a request whose
    /// group could not be opened because of the bound of its account.
    /// </summary>
    internal async ValueTask<Decision> TryAgainAsync(Policy policy, Plan plan, LimitRequest request, GroupReply reply, Deadline deadline)
    {
        GroupReply[] replies = [reply];
        if (!AccountBound.IsReached(reply))
        {
            replies = await Acquisition(policy, plan, request, GroupRequests.All(policy, plan, request), deadline)
                .TryAgainAsync(replies).ConfigureAwait(false);
        }

        return await FinishAsync(policy, plan, request, replies, deadline).ConfigureAwait(false);
    }

    // Without an id there is nothing to cancel after the deadline, so a pooled object waits for the replies.
    private ValueTask<Decision> DecideTogetherAsync(
        Policy policy, Plan plan, in LimitRequest request, GroupRequest[] asked, Deadline? given)
    {
        Deadline deadline = given ?? DeadlineOf(policy);
        ValueTask<GroupReply[]?> pending = _calls.AcquireAllAsync(asked);
        if (!pending.IsCompletedSuccessfully)
        {
            return PendingJointDecision.Rent(asked).WaitAsync(
                this, policy, plan, request, pending, deadline, _calls.QueueOf(deadline), _calls.Failed);
        }

        GroupReply[]? replies = pending.Result;
        return replies is not null && !MultiGroupAcquisition.IsContended(replies) && !AccountBound.IsReached(replies)
            ? new(DecisionComposer.Compose(policy, plan, request, replies))
            : DecideApartAsync(policy, plan, request, asked, replies, deadline);
    }

    /// <summary>
    /// Decides a request whose groups could not decide in one step (null), whose refusal was contended, or one of whose groups could not
    /// be opened because of the bound of its account.
    /// </summary>
    internal async ValueTask<Decision> DecideApartAsync(
        Policy policy, Plan plan, LimitRequest request, GroupRequest[] asked, GroupReply[]? replies, Deadline deadline)
    {
        bool atBound = replies is not null && AccountBound.IsReached(replies);
        if (!atBound || !AccountBound.Refuses(policy, request))
        {
            MultiGroupAcquisition acquisition = Acquisition(policy, plan, request, asked, deadline);
            replies = replies is null || atBound
                ? await acquisition.AcquireAsync(jointly: false).ConfigureAwait(false)
                : await acquisition.TryAgainAsync(replies).ConfigureAwait(false);
        }

        return await FinishAsync(policy, plan, request, replies, deadline).ConfigureAwait(false);
    }

    private async ValueTask<Decision> DecideSeveralAsync(
        Policy policy, Plan plan, LimitRequest request, GroupRequest[] asked, Deadline? given)
    {
        Deadline deadline = given ?? DeadlineOf(policy);
        MultiGroupAcquisition acquisition = Acquisition(policy, plan, request, asked, deadline);
        GroupReply[] replies = request.Peek
            ? await acquisition.ReadAsync().ConfigureAwait(false)
            : await acquisition.AcquireAsync().ConfigureAwait(false);
        return await FinishAsync(policy, plan, request, replies, deadline).ConfigureAwait(false);
    }

    private MultiGroupAcquisition Acquisition(
        Policy policy, Plan plan, in LimitRequest request, GroupRequest[] asked, Deadline deadline)
    {
        OnFailure onFailure = policy.Definition.OnFailure;
        return new(_calls, asked, AccountBound.TermsOf(policy, request), deadline)
        {
            Fallback = _fallback is not null && onFailure.Kind == OnFailureKind.Local
                ? new(_fallback, asked, new PlanFallback(plan, onFailure.Share)) : null,
        };
    }

    private void OnStoreFailed(Exception exception) => StoreFailed?.Invoke(exception);

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
