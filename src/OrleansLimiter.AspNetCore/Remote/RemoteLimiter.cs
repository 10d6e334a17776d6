using Microsoft.Extensions.DependencyInjection;

namespace OrleansLimiter.AspNetCore;

/// <summary>
/// Asks a remote limiter, in an app that calls <see cref="RemoteLimiterServices.UseRemote(LimiterBuilder, string)"/>. It is a service.
/// </summary>
/// <remarks>
/// Requests that arrive at the same time are one call. Calls do not wait for each other, up to four at a time; further requests wait for
/// the end of one, and are then one call. A caller that disconnects ends no call, because others share it. If the remote limiter cannot be
/// asked, <c>on-failure</c> decides, and after some failures in a row it is asked every 100 ms only, until it answers.
/// </remarks>
public sealed class RemoteLimiter : IDisposable
{
    private readonly TimeSpan _deadline;
    private readonly LimiterClock _clock;
    private readonly DecisionCounters _counters;
    private readonly RemoteLog _log;
    private readonly InProcessBucketStore _shares;
    private readonly RemoteClient _client;
    private readonly RemoteQueue _queue;
    private readonly RemoteCircuit _circuit;
    private readonly DeadlineQueue[] _deadlines;

    internal RemoteLimiter(
        RemoteLimiterOptions options, IServiceProvider services, LimiterClock clock, int maxGroups, long? maxGroupMemory, ILogger log)
    {
        (_deadline, _clock, _log, _circuit) = (options.Deadline, clock, new(log, clock), new(clock));
        _counters = services.GetRequiredService<DecisionCounters>();
        _shares = new(clock, maxGroups, maxGroupMemory);
        Fallback = new(
            services.GetRequiredService<PolicyCatalog>(), new UnreachableStore(), new MemoryOverrides(clock.Time), clock,
            new() { Local = _shares });
        _client = new(options, services, clock, _circuit, _log);
        _queue = new(_client, options.MaxBatch);
        _deadlines = [.. Enumerable.Range(0, Deadline.MaxMagnitude + 1).Select(_ => new DeadlineQueue(clock.Time))];
    }

    /// <summary>Decides by <c>on-failure</c> of the policies alone.</summary>
    internal Limiter Fallback { get; }

    /// <summary>
    /// Asks the remote limiter about one request. A remote limiter that does not decide is no exception: <c>on-failure</c> of the policy
    /// decides, at the latest at the deadline.
    /// </summary>
    /// <param name="policy">The policy in force in this app. The remote limiter decides by its own policy of that name.</param>
    /// <param name="request">The request; its cost is 1 or more.</param>
    public ValueTask<RemoteDecision> CheckAsync(Policy policy, in LimitRequest request)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (!_circuit.TryEnter())
        {
            return FallBackAsync(policy, request);
        }

        TimeSpan own = policy.Definition.Deadline ?? _deadline;
        var deadline = Deadline.In(own < _deadline ? own : _deadline, _clock.Time);
        var check = new RemoteCheck(policy.Name, request.Account, RemoteRequest.Write(policy, request), deadline.Due);
        DeadlineQueue queue = _deadlines[deadline.Magnitude];
        queue.Add(check);
        if (_queue.TryAdd(check))
        {
            return AwaitAsync(check, queue, policy, request);
        }

        queue.Remove(check);
        _log.Failed(_client.Address, $"{RemoteQueue.MaxWaiting} requests wait for it already");
        return FallBackAsync(policy, request);
    }

    /// <summary>
    /// Asks the remote limiter about one check by a policy in force, for example
    /// <c>await limiter.CheckAsync("imports", new("m_1") { Cost = 20 })</c>. See <see cref="CheckAsync(Policy, in LimitRequest)"/>.
    /// </summary>
    /// <param name="policy">The name of the policy.</param>
    /// <param name="check">Who does what.</param>
    /// <exception cref="ArgumentException">There is no such policy, or a value of the check is invalid. Nothing is asked.</exception>
    public ValueTask<RemoteDecision> CheckAsync(string policy, LimiterCheck check)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(check);
        Policy found = Fallback.Find(policy);
        return CheckAsync(found, check.RequestOf(found));
    }

    /// <summary>Stops asking; requests that wait are decided by <c>on-failure</c>.</summary>
    public void Dispose()
    {
        _client.Dispose();
        _shares.Dispose();
    }

    /// <summary>Opens a connection.</summary>
    internal Task WarmUpAsync(CancellationToken stop) => _client.WarmUpAsync(stop);

    /// <summary>Whether a remote limiter can decide what an endpoint requires. If not, logs it.</summary>
    internal bool CanDecide(EnforcedPolicy[] enforced)
    {
        if (enforced is [{ IsWhole: true }])
        {
            return true;
        }

        _log.Unsupported(RemoteCapabilities.Explain(enforced));
        return false;
    }

    private async ValueTask<RemoteDecision> AwaitAsync(RemoteCheck check, DeadlineQueue queue, Policy policy, LimitRequest request)
    {
        RemoteDecision? decision = await check.Decided.ConfigureAwait(false);
        queue.Remove(check);
        return decision ?? await FallBackAsync(policy, request).ConfigureAwait(false);
    }

    // The remote limiter counts its own decisions in its metrics; these are known here only.
    private async ValueTask<RemoteDecision> FallBackAsync(Policy policy, LimitRequest request)
    {
        Decision decision = await Fallback.CheckAsync(policy, request).ConfigureAwait(false);
        _counters.For(policy).Count(decision, request.Peek);
        return RemoteDecision.Of(decision, _clock.UtcNow);
    }
}
