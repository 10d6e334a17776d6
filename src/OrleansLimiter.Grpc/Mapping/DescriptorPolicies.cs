using System.Collections.Concurrent;

namespace OrleansLimiter.Grpc;

/// <summary>The forms of a policy for descriptors that have a limit of their own, each created when first needed.</summary>
internal sealed class DescriptorPolicies(Policy policy)
{
    // Callers usually have a few plans. Above this number the cache is cleared, because a caller of the service chooses the limits.
    private const int MaxPolicies = 1024;

    private readonly bool _isAllowed = policy.Limits.Any(limit => limit.Definition.DescriptorLimit);
    private readonly ConcurrentDictionary<(uint Permits, RateLimitUnit Unit), Policy> _policies = new();

    /// <summary>Finds the policy for the limit of a descriptor.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="other">The policy; null if there is an error.</param>
    /// <returns>The error, without the name of the descriptor; null if there is none.</returns>
    public string? TryGet(RateLimitDescriptor.Types.RateLimitOverride limit, out Policy? other)
    {
        if (_policies.TryGetValue((limit.RequestsPerUnit, limit.Unit), out other))
        {
            return null;
        }

        if (!_isAllowed)
        {
            return "it has a limit, but no limit of the policy has 'descriptor-limit: allow'; leave it out, or allow it there";
        }

        if (WindowOf(limit.Unit) is not { } window)
        {
            return $"its limit has the unit {(int)limit.Unit}; 1 (SECOND) to 6 (YEAR) are expected";
        }

        other = policy.WithLimit(limit.RequestsPerUnit, window, out string? error);
        if (other is null)
        {
            return $"its limit is not possible: {error}";
        }

        if (_policies.Count >= MaxPolicies)
        {
            _policies.Clear();
        }

        _policies[(limit.RequestsPerUnit, limit.Unit)] = other;
        return null;
    }

    // The same lengths as in the status of a descriptor.
    private static TimeSpan? WindowOf(RateLimitUnit unit) => unit switch
    {
        RateLimitUnit.Second => TimeSpan.FromSeconds(1),
        RateLimitUnit.Minute => TimeSpan.FromMinutes(1),
        RateLimitUnit.Hour => TimeSpan.FromHours(1),
        RateLimitUnit.Day => TimeSpan.FromDays(1),
        RateLimitUnit.Month => TimeSpan.FromDays(30),
        RateLimitUnit.Year => TimeSpan.FromDays(365),
        _ => null,
    };
}
