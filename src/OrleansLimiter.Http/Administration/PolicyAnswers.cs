using OrleansLimiter.Policies.Files;

namespace OrleansLimiter.Http;

/// <summary>What administration shows of policies.</summary>
internal static class PolicyAnswers
{
    public static PolicyAnswer Of(PolicyEntry entry)
    {
        PolicyDefinition policy = entry.Policy.Definition;
        return new()
        {
            Policy = policy.Name,
            Generation = policy.Generation,
            Description = policy.Description,
            File = entry.File,
            Since = entry.Since,
            Identity = new(
                [.. policy.Account.Select(source => source.Header is { } header ? $"header:{header}" : "ip")],
                Word(policy.Empty)),
            OnFailure = Word(policy.OnFailure.Kind),
            Paths = Of(policy.Paths),
            Limits = [.. policy.Limits.Select(Of)],
            Refused = entry.Refused is { } refused ? Of(refused) : null,
        };
    }

    public static RefusedAnswer Of(RefusedChange refused) => new(
        refused.File,
        refused.At,
        [.. refused.Faults.Select(fault => new FaultAnswer(fault.File, fault.Line, fault.Column, fault.Message))]);

    private static PathsAnswer Of(PathsDefinition paths) => new(
        Word(paths.Parameters), Word(paths.Case), Word(paths.EncodedSlash), Word(paths.DoubleEncoding), Word(paths.Suffix));

    private static string Word<T>(T choice)
        where T : struct, Enum => choice.ToString().ToLowerInvariant();

    private static LimitAnswer Of(LimitDefinition limit) => new()
    {
        Name = limit.Name,
        Scope = ScopeNames.Of(limit.Scope),
        Algorithm = AlgorithmNames.Of(limit.Cases[0].Rule.Algorithm),
        When = AnswerMaker.Of(limit.When),
        Unless = AnswerMaker.Of(limit.Unless),
        Key = limit.Key.IsEmpty ? null : limit.Key,
        Cases = [.. limit.Cases.Select(Of)],
    };

    private static CaseAnswer Of(LimitCase one) => new()
    {
        When = AnswerMaker.Of(one.When),
        Permits = one.Rule.Permits,
        Window = DurationText.Of(one.Rule.Window),
        Burst = one.Rule.Algorithm == Algorithm.TokenBucket ? one.Rule.Capacity : null,
    };
}
