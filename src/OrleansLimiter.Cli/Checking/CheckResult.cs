using OrleansLimiter.Decisions;

namespace OrleansLimiter.Cli;

/// <summary>What became of a question.</summary>
internal abstract record CheckAnswer;

/// <summary>It was decided.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Json">The decision as it came.</param>
/// <param name="Headers">The headers that the policy gave the response.</param>
internal sealed record Decided(
    CheckDecision Decision, string Json, IReadOnlyList<KeyValuePair<string, string>> Headers) : CheckAnswer;

/// <summary>The limiter says that the question is wrong.</summary>
internal sealed record NotUnderstood(string Why) : CheckAnswer;

/// <summary>There is no answer, or none that a limiter would give.</summary>
internal sealed record NoAnswer(string Why) : CheckAnswer;
