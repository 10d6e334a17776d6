using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http;

/// <summary>What administration shows of policies.</summary>
internal static class PolicyResponses
{
    public static PolicyResponse Of(PolicyEntry entry)
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
                [.. policy.Account.Select(source => source.ToString())],
                PolicyWords.Empty[policy.Empty]),
            OnFailure = PolicyWords.OnFailure[policy.OnFailure.Kind],
            Paths = Of(policy.Paths),
            Limits = [.. policy.Limits.Select(Of)],
            Refused = entry.Refused is { } refused ? Of(refused) : null,
        };
    }

    public static RefusedResponse Of(RefusedChange refused) => new(
        refused.File,
        refused.At,
        [.. refused.Errors.Select(error => new ErrorResponse(error.File, error.Line, error.Column, error.Message))]);

    private static PathsResponse Of(PathsDefinition paths) => new(
        PolicyWords.PathParameters[paths.Parameters],
        PolicyWords.PathCase[paths.Case],
        PolicyWords.EncodedSlash[paths.EncodedSlash],
        PolicyWords.DoubleEncoding[paths.DoubleEncoding],
        PolicyWords.PathSuffix[paths.Suffix]);

    private static LimitResponse Of(LimitDefinition limit) => new()
    {
        Name = limit.Name,
        Scope = ScopeDescriptor.Of(limit.Scope).Name,
        Algorithm = AlgorithmDescriptor.Of(limit.Cases[0].Rule.Algorithm).Name,
        When = ResponseMapper.Of(limit.When),
        Unless = ResponseMapper.Of(limit.Unless),
        Key = limit.Key.IsEmpty ? null : limit.Key,
        Lease = PolicyWords.Lease[limit.Lease],
        Cases = [.. limit.Cases.Select(Of)],
    };

    private static CaseResponse Of(LimitCase one) => new()
    {
        When = ResponseMapper.Of(one.When),
        Permits = one.Rule.Permits,
        Window = DurationText.Format(one.Rule.Window),
        Burst = AlgorithmDescriptor.Of(one.Rule.Algorithm).HasBurst ? one.Rule.Capacity : null,
    };
}
