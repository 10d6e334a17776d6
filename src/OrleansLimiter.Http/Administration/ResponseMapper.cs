namespace OrleansLimiter.Http;

/// <summary>Maps usage and policies to the responses of administration.</summary>
internal static class ResponseMapper
{
    public static UsageResponse Of(BucketUsage usage)
    {
        BucketName name = BucketName.Parse(usage.Bucket);
        GroupKey group = usage.Group;
        ScopeDescriptor scope = ScopeDescriptor.Of(group.Scope);
        return new UsageResponse
        {
            Policy = group.Policy,
            Name = name.Limit,
            Scope = scope.Name,

            // A name that was written by another version may contain a key twice.
            Key = name.Values.IsEmpty ? null : name.Values.DistinctBy(value => value.Key).ToDictionary(),
            Endpoint = NullIfEmpty(group.Endpoint),
            Algorithm = AlgorithmDescriptor.Of(usage.Rule.Algorithm).Name,
            Permits = usage.Rule.Permits,
            Limit = usage.Reading.Limit,
            Remaining = usage.Reading.Remaining,
            WindowMs = DecisionJson.Milliseconds(usage.Reading.Window),
            NextAfterMs = DecisionJson.Milliseconds(usage.Reading.Next),
            ResetAfterMs = DecisionJson.Milliseconds(usage.Reading.Reset),
            RetryAfterMs = usage.Reading.Verdict == Verdict.Wait ? DecisionJson.Milliseconds(usage.Reading.RetryAfter) : null,
        }.With(scope.Qualifier, NullIfEmpty(group.Qualifier));
    }

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
            Identity = new([.. policy.Account.Select(source => source.ToString())], PolicyWords.Empty[policy.Empty]),
            OnFailure = PolicyWords.OnFailure[policy.OnFailure.Kind],
            AccountGroups = new(policy.AccountGroups.Max, PolicyWords.BeyondAccountGroups[policy.AccountGroups.Beyond]),
            Rls = OfRls(policy),
            Paths = Of(policy.Paths),
            Responses = new(
                PolicyWords.Standard[policy.Responses.Standard], PolicyWords.ProblemFormat[policy.Responses.DeniedProblem]),
            Limits = [.. policy.Limits.Select(Of)],
            MissingSince = entry.MissingSince,
            Refused = entry.Refused is { } refused ? Of(refused) : null,
        };
    }

    public static RefusedResponse Of(RefusedChange refused) => new(
        refused.File,
        refused.At,
        [.. refused.Errors.Select(error => new ErrorResponse(error.File, error.Line, error.Column, error.Message))]);

    private static RlsResponse OfRls(PolicyDefinition policy) => new(
        RlsFields.DomainOf(policy),
        RlsFields.ByKey(policy).ToDictionary(pair => pair.Value, pair => pair.Key),
        PolicyWords.RlsMissing[policy.Rls.OnMissing]);

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
        When = Of(limit.When),
        Unless = Of(limit.Unless),
        Key = limit.Key.IsEmpty ? null : limit.Key,
        Lease = PolicyWords.Lease[limit.Lease],
        Survive = PolicyWords.Survive[limit.Survive],
        DescriptorLimit = PolicyWords.DescriptorLimit[limit.DescriptorLimit],
        Cases = [.. limit.Cases.Select(Of)],
    };

    private static CaseResponse Of(LimitCase one) => new()
    {
        When = Of(one.When),
        Permits = one.Rule.Permits,
        Window = DurationText.Format(one.Rule.Window),
        Burst = AlgorithmDescriptor.Of(one.Rule.Algorithm).HasBurst ? one.Rule.Capacity : null,
    };

    // Null for a condition that always holds.
    private static Dictionary<string, IReadOnlyList<string>>? Of(Condition? when) =>
        when is null || when.Terms.IsEmpty
            ? null
            : when.Terms.ToDictionary(term => term.Key, IReadOnlyList<string> (term) => term.Values);

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
