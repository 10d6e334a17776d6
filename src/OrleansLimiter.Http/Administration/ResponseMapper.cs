using System.Collections.Immutable;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http;

/// <summary>What administration shows of usage and conditions.</summary>
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
            Key = Of(name.Values),
            Endpoint = NullIfEmpty(group.Endpoint),
            Algorithm = AlgorithmDescriptor.Of(usage.Rule.Algorithm).Name,
            Permits = usage.Rule.Permits,
            Limit = usage.Reading.Limit,
            Remaining = usage.Reading.Remaining,
            WindowMs = ReadingJson.Milliseconds(usage.Reading.Window),
            NextAfterMs = ReadingJson.Milliseconds(usage.Reading.Next),
            ResetAfterMs = ReadingJson.Milliseconds(usage.Reading.Reset),
            RetryAfterMs = usage.Reading.Verdict == Verdict.Wait ? ReadingJson.Milliseconds(usage.Reading.RetryAfter) : null,
        }.With(scope.Qualifier, NullIfEmpty(group.Qualifier));
    }

    /// <summary>A condition by its keys; null for one that always holds.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>>? Of(Condition? when) =>
        when is null || when.Terms.IsEmpty
            ? null
            : when.Terms.ToDictionary(term => term.Key, IReadOnlyList<string> (term) => term.Values);

    // A name that another version wrote may have a key twice.
    private static Dictionary<string, string>? Of(ImmutableArray<KeyValuePair<string, string>> values) =>
        values.IsEmpty ? null : values.DistinctBy(value => value.Key).ToDictionary();

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
