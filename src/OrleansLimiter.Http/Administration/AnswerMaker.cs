using OrleansLimiter.Policies.Files;
using OrleansLimiter.Policies.Overrides;

namespace OrleansLimiter.Http;

/// <summary>What administration shows of overrides and usage.</summary>
internal static class AnswerMaker
{
    public static OverrideAnswer Of(Override entry) => new()
    {
        Account = entry.Account.Name,
        Kind = AccountTarget.KindOf(entry.Account),
        Policy = entry.Policy,
        Limit = entry.Limit,
        Permits = entry.Permits,
        Multiply = entry.Multiply,
        Unlimited = entry.Unlimited ? true : null,
        When = Of(entry.When),
        Window = entry.Window is { } window ? DurationText.Of(window) : null,
        Until = entry.Until,
        Note = entry.Note,
        By = entry.SetBy,
        At = entry.SetAt,
    };

    public static UsageAnswer Of(BucketUsage usage)
    {
        string[] parts = usage.Bucket.Split('/'); // a limit's name has none, and values are escaped
        GroupKey group = usage.Group;
        return new()
        {
            Policy = group.Policy,
            Name = parts[0],
            Scope = ScopeNames.Of(group.Scope),
            Key = parts.Length == 1 ? null : parts.Skip(1).Select(part => part.Split('=', 2)).ToDictionary(
                pair => pair[0], pair => Uri.UnescapeDataString(pair[^1])),
            Endpoint = NullIfEmpty(group.Endpoint),
            Mode = group.Scope == Scope.Endpoint ? NullIfEmpty(group.Qualifier) : null,
            Resource = group.Scope == Scope.Burst ? NullIfEmpty(group.Qualifier) : null,
            Algorithm = AlgorithmNames.Of(usage.Rule.Algorithm),
            Permits = usage.Rule.Permits,
            Limit = usage.Reading.Limit,
            Remaining = usage.Reading.Remaining,
            WindowMs = ReadingJson.Milliseconds(usage.Reading.Window),
            NextAfterMs = ReadingJson.Milliseconds(usage.Reading.Next),
            ResetAfterMs = ReadingJson.Milliseconds(usage.Reading.Reset),
            RetryAfterMs = usage.Reading.Verdict == Verdict.Wait ? ReadingJson.Milliseconds(usage.Reading.RetryAfter) : null,
        };
    }

    /// <summary>A condition by its keys; null for one that always holds.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>>? Of(Condition? when) =>
        when is null || when.Terms.IsEmpty
            ? null
            : when.Terms.ToDictionary(term => term.Key, IReadOnlyList<string> (term) => term.Values);

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
