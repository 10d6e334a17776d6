using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace OrleansLimiter.AspNetCore;

/// <summary>The limits of a policy file as a named policy of the built-in middleware. A partition is what counts together.</summary>
internal sealed partial class NamedLimits(
    string name, PolicyCatalog catalog, DecisionCounters counters, RequestReader reader, PolicyRateLimiters limiters,
    OrleansLimiterOptions options, ILogger log)
    : IRateLimiterPolicy<LimitPartition>
{
    private readonly ConditionalWeakTable<Endpoint, EndpointPlan> _plans = [];

    /// <inheritdoc/>
    public Func<OnRejectedContext, CancellationToken, ValueTask>? OnRejected { get; init; }

    /// <inheritdoc/>
    public RateLimitPartition<LimitPartition> GetPartition(HttpContext httpContext)
    {
        if (For(httpContext.GetEndpoint()!) is not [var enforced])
        {
            return RateLimitPartition.GetNoLimiter(new LimitPartition());
        }

        if (reader.TryRead(httpContext, enforced, out LimitRequest request, out UndecidableRequest? invalid))
        {
            return RateLimitPartition.Get(
                LimitPartition.Of(enforced.Policy, request), _ => limiters.ForCall(() => new(enforced.Policy, request)));
        }

        return invalid is null
            ? RateLimitPartition.GetNoLimiter(new LimitPartition())
            : RateLimitPartition.Get(new LimitPartition { Invalid = invalid.Detail }, _ => new RefusingLimiter(invalid));
    }

    /// <summary>Why the limits cannot be asked; null if they can.</summary>
    public string? Error() => Error(catalog.Current, template: null, out _);

    private string? Error(PolicySnapshot snapshot, EndpointTemplate? template, out EnforcedPolicy[] enforced)
    {
        enforced = [];
        if (EndpointPlans.Error(name, snapshot) is { } error)
        {
            return error;
        }

        Policy policy = snapshot.Policies[LimitSelection.PolicyIn(name)].Policy;
        enforced = [.. LimitSelection.Of(policy, [new(name)], isGlobal: false, template, counters)];
        return limiters.Error(enforced);
    }

    private EnforcedPolicy[] For(Endpoint endpoint)
    {
        PolicySnapshot snapshot = catalog.Current;
        if (_plans.TryGetValue(endpoint, out EndpointPlan? plan) && ReferenceEquals(plan.Snapshot, snapshot))
        {
            return plan.Enforced;
        }

        EndpointTemplate? template = options.EndpointSource == EndpointSource.Route ? EndpointTemplate.Of(endpoint) : null;
        if (Error(snapshot, template, out EnforcedPolicy[] enforced) is { } error)
        {
            LogMissing(error);
            enforced = [];
        }

        _plans.AddOrUpdate(endpoint, new(endpoint, snapshot, enforced));
        return enforced;
    }

    [LoggerMessage(1, LogLevel.Error, "A limit is not enforced: {Error}")]
    private partial void LogMissing(string error);
}

/// <summary>
/// The requests that one limiter of a named policy counts. A new version of a policy has new partitions and the same counts.
/// </summary>
internal sealed record LimitPartition
{
    public Policy? Policy { get; private init; }

    public LimitRequest Request { get; private init; }

    public string Attributes { get; private init; } = "";

    public string? Invalid { get; init; }

    public static LimitPartition Of(Policy policy, in LimitRequest request) => new()
    {
        Policy = policy,
        Request = request with { Attributes = null }, // arrays are compared by reference
        Attributes = request.Attributes is { } values ? string.Join('\n', values.Select(value => value is null ? "" : $"={value}")) : "",
    };
}

/// <summary>Refuses every request, because the partition is that of an invalid one.</summary>
internal sealed class RefusingLimiter(UndecidableRequest invalid) : RateLimiter
{
    private readonly LimitLease _lease = LimitLease.Of(invalid);

    /// <inheritdoc/>
    public override TimeSpan? IdleDuration => TimeSpan.MaxValue;

    /// <inheritdoc/>
    public override RateLimiterStatistics? GetStatistics() => null;

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(int permitCount) => _lease;

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) => new(_lease);
}
