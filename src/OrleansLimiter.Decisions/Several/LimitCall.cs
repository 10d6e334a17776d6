using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>One of several requests that are decided together.</summary>
/// <param name="Policy">The policy in force.</param>
/// <param name="Request">The request; its cost is 1 or more.</param>
public readonly record struct LimitCall(Policy Policy, LimitRequest Request);
