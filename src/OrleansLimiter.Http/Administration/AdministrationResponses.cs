using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Serialization;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http;

internal sealed record AccountResponse(
    string Account,
    [property: Description("id, or ip for a caller known by address")] string Kind,
    [property: Description("Every living bucket, in the order of policy, scope, endpoint and name")] IReadOnlyList<UsageResponse> Usage,
    [property: Description("Its overrides under all policies that have not lapsed, the oldest change first")] IReadOnlyList<OverrideResponse> Overrides);

internal sealed record UsageResponse
{
    public required string Policy { get; init; }

    [Description("The limit's name")]
    public required string Name { get; init; }

    public required string Scope { get; init; }

    [Description("The values of the limit's key; left out where it has none")]
    public IReadOnlyDictionary<string, string>? Key { get; init; }

    [Description("Left out for the scope account")]
    public string? Endpoint { get; init; }

    [Description("Only for the scope endpoint, in a policy with modes")]
    public string? Mode { get; init; }

    [Description("Only for the scope burst, on an endpoint with resources")]
    public string? Resource { get; init; }

    public required string Algorithm { get; init; }

    [Description("Permits per window")]
    public required int Permits { get; init; }

    [Description("The capacity: permits, or the burst of a token bucket")]
    public required int Limit { get; init; }

    public required int Remaining { get; init; }

    public required long WindowMs { get; init; }

    [Description("Until more remains, if no request acquires meanwhile; 0 where the bucket is full")]
    public required long NextAfterMs { get; init; }

    [Description("Until the bucket is full again, if no request acquires meanwhile")]
    public required long ResetAfterMs { get; init; }

    [Description("Until one permit can be taken; left out where one can now, or never")]
    public long? RetryAfterMs { get; init; }

    /// <summary>With what tells its group apart.</summary>
    public UsageResponse With(GroupQualifier qualifier, string? value) => qualifier switch
    {
        GroupQualifier.None => this,
        GroupQualifier.Mode => this with { Mode = value },
        GroupQualifier.Resource => this with { Resource = value },
        _ => throw new UnreachableException(),
    };
}

internal sealed record OverridePageResponse(
    IReadOnlyList<OverrideResponse> Overrides,
    [property: Description("What to ask the next page after; left out on the last")] long? Next);

internal sealed record RemovedResponse([property: Description("How many overrides were removed")] int Removed);

internal sealed record ResetResponse([property: Description("How many groups forgot what the account had consumed")] int ResetGroups);

internal sealed record PoliciesResponse(
    IReadOnlyList<PolicyResponse> Policies,
    [property: Description("Files that never held a valid policy")] IReadOnlyList<RefusedResponse> RefusedFiles);

internal sealed record PolicyResponse
{
    public required string Policy { get; init; }

    public required int Generation { get; init; }

    public required string Description { get; init; }

    public required string File { get; init; }

    [Description("When it came into force")]
    public required DateTimeOffset Since { get; init; }

    [Description("Who is asking, and where that is read from")]
    public required IdentityResponse Identity { get; init; }

    [Description("allow, deny or local")]
    public required string OnFailure { get; init; }

    [Description("How paths are read, as in the policy's paths")]
    public required PathsResponse Paths { get; init; }

    public required IReadOnlyList<LimitResponse> Limits { get; init; }

    [Description("The change of its file that was refused since then; left out where the file says what is in force")]
    public RefusedResponse? Refused { get; init; }
}

internal sealed record IdentityResponse(
    [property: Description("header:Name or ip, the first that is present")] IReadOnlyList<string> Account,
    [property: Description("absent or refuse: what an account or attribute without a value counts as")] string Empty);

internal sealed record PathsResponse(
    [property: Description("cut or keep")] string Parameters,
    [property: Description("ignore or keep")] string Case,
    [property: Description("refuse, keep or separator")] string EncodedSlash,
    [property: Description("decode or keep")] string DoubleEncoding,
    [property: Description("keep or cut")] string Suffix);

internal sealed record LimitResponse
{
    public required string Name { get; init; }

    public required string Scope { get; init; }

    public required string Algorithm { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>>? When { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Unless { get; init; }

    public IReadOnlyList<string>? Key { get; init; }

    [Description("auto where front-ends may lease permits, else none")]
    public required string Lease { get; init; }

    [Description("The first whose condition holds gives the rule")]
    public required IReadOnlyList<CaseResponse> Cases { get; init; }
}

internal sealed record CaseResponse
{
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? When { get; init; }

    public required int Permits { get; init; }

    [Description("A duration as in policy files: 60s")]
    public required string Window { get; init; }

    [Description("Only for token buckets")]
    public int? Burst { get; init; }
}

internal sealed record RefusedResponse(
    string File, DateTimeOffset At, [property: JsonPropertyName("faults")] IReadOnlyList<ErrorResponse> Errors);

internal sealed record ErrorResponse(
    string File,
    [property: Description("1-based; 0 where the error has no place")] int Line,
    [property: Description("1-based; 0 where the error has no place")] int Column,
    string Message);
