using OrleansLimiter.Decisions;

namespace OrleansLimiter.Cli;

/// <summary>The result of a check.</summary>
internal abstract record CheckResult;

/// <summary>The limiter decided.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Json">The decision's JSON as it was received.</param>
/// <param name="Headers">The headers that the policy gave the response.</param>
internal sealed record Decided(
    CheckDecision Decision, string Json, IReadOnlyList<KeyValuePair<string, string>> Headers) : CheckResult;

/// <summary>The limiter rejected the request as invalid.</summary>
internal sealed record InvalidRequest(string Why) : CheckResult;

/// <summary>There is no response, or one that no limiter would send.</summary>
internal sealed record Unreachable(string Why) : CheckResult;
