namespace OrleansLimiter.Cli;

/// <summary>The result of a check.</summary>
internal abstract record CheckResult;

/// <summary>The limiter decided.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Json">The JSON of the response.</param>
/// <param name="Headers">The headers of the policy.</param>
internal sealed record Decided(
    CheckDecision Decision, string Json, IReadOnlyList<KeyValuePair<string, string>> Headers) : CheckResult;

/// <summary>The limiter rejected the request as invalid.</summary>
internal sealed record InvalidRequest(string Reason) : CheckResult;

/// <summary>There is no response, or the response is not from a limiter.</summary>
internal sealed record Unreachable(string Reason) : CheckResult;
