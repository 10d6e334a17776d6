using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Serialization;

namespace OrleansLimiter.Http;

internal sealed record AccountResponse(
    string Account,
    [property: Description("id, or ip for a caller identified by address")] string Kind,
    [property: Description("All living buckets, ordered by policy, scope, endpoint and name")] IReadOnlyList<UsageResponse> Usage,
    [property: Description("All overrides that have not expired, the oldest change first")] IReadOnlyList<OverrideResponse> Overrides);

internal sealed record UsageResponse
{
    public required string Policy { get; init; }
    [Description("The limit's name")] public required string Name { get; init; }
    public required string Scope { get; init; }
    [Description("The values of the limit's key; omitted if it has none")] public IReadOnlyDictionary<string, string>? Key { get; init; }
    [Description("Omitted for the scope account")] public string? Endpoint { get; init; }
    [Description("Only for the scope endpoint, in a policy with modes")] public string? Mode { get; init; }
    [Description("Only for the scope burst, on an endpoint with resources")] public string? Resource { get; init; }
    public required string Algorithm { get; init; }
    [Description("Permits per window")] public required int Permits { get; init; }
    [Description(LimitReading.LimitText)] public required int Limit { get; init; }
    [Description(LimitReading.RemainingText)] public required int Remaining { get; init; }
    public required long WindowMs { get; init; }
    [Description(LimitReading.NextText)] public required long NextAfterMs { get; init; }
    [Description(LimitReading.ResetText)] public required long ResetAfterMs { get; init; }
    [Description("The time until one permit is available; omitted if now or never")] public long? RetryAfterMs { get; init; }

    /// <summary>Sets the property that shows the qualifier of the bucket group.</summary>
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
    [property: Description("The value of after for the next page; omitted on the last page")] long? Next);

internal sealed record RemovedResponse([property: Description("The number of removed overrides")] int Removed);

internal sealed record RemovedPolicyResponse([property: Description("The policy that was removed")] string Removed);

internal sealed record ResetResponse([property: Description("The number of bucket groups that were reset")] int ResetGroups);

internal sealed record PoliciesResponse(
    IReadOnlyList<PolicyResponse> Policies,
    [property: Description("Files from which no policy is in force")] IReadOnlyList<RefusedResponse> RefusedFiles);

internal sealed record PolicyResponse
{
    public required string Policy { get; init; }
    public required int Generation { get; init; }
    public required string Description { get; init; }
    public required string File { get; init; }
    [Description("The time at which the policy came into force")] public required DateTimeOffset Since { get; init; }
    [Description("How the account is identified")] public required IdentityResponse Identity { get; init; }
    [Description("allow, deny or local")] public required string OnFailure { get; init; }
    [Description("The bound on the bucket groups of one account")] public required AccountGroupsResponse AccountGroups { get; init; }
    [Description("How requests of Envoy's rate limit service are mapped")] public required RlsResponse Rls { get; init; }
    [Description("How paths are read, as in the policy's paths")] public required PathsResponse Paths { get; init; }
    [Description("The standard headers, and the problem details of refusals")] public required ResponsesResponse Responses { get; init; }
    public required IReadOnlyList<LimitResponse> Limits { get; init; }
    [Description("When the file was found missing; omitted if it is there")] public DateTimeOffset? MissingSince { get; init; }
    [Description("The latest change of the file, if it was refused")] public RefusedResponse? Refused { get; init; }
}

internal sealed record IdentityResponse(
    [property: Description("header:Name or ip; the first that is present is used")] IReadOnlyList<string> Account,
    [property: Description("absent or refuse: how an empty account or attribute is handled")] string Empty);

internal sealed record AccountGroupsResponse(
    [property: Description("The maximum number of groups of unlisted paths and resources")] int Max,
    [property: Description("refuse or allow: the decision for further resources")] string Beyond);

internal sealed record RlsResponse(
    [property: Description("The domain of requests that the policy decides")] string Domain,
    [property: Description("The keys of descriptor entries, by the field that they contain")] IReadOnlyDictionary<string, string> Entries,
    [property: Description("error, allow or deny: the decision for a descriptor that the policy does not know")] string OnMissing);

internal sealed record PathsResponse(
    [property: Description("cut or keep")] string Parameters,
    [property: Description("ignore or keep")] string Case,
    [property: Description("refuse, keep or separator")] string EncodedSlash,
    [property: Description("decode or keep")] string DoubleEncoding,
    [property: Description("keep or cut")] string Suffix);

internal sealed record ResponsesResponse(
    [property: Description("none or draft-10")] string Standard,
    [property: Description("none or draft-10")] string ProblemDetails);

internal sealed record LimitResponse
{
    public required string Name { get; init; }
    public required string Scope { get; init; }
    public required string Algorithm { get; init; }
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? When { get; init; }
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Unless { get; init; }
    public IReadOnlyList<string>? Key { get; init; }
    [Description("auto if front-ends may lease permits, else none")] public required string Lease { get; init; }
    [Description("What the counts survive: none, crash or restart")] public required string Survive { get; init; }
    [Description("refuse or allow: a limit in a descriptor of a rate limit service")] public required string DescriptorLimit { get; init; }
    [Description("The first case whose condition holds applies")] public required IReadOnlyList<CaseResponse> Cases { get; init; }
}

internal sealed record CaseResponse
{
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? When { get; init; }
    public required int Permits { get; init; }
    [Description("A duration as in policy files: 60s")] public required string Window { get; init; }
    [Description("Only for token buckets")] public int? Burst { get; init; }
}

internal sealed record RefusedResponse(
    string File, DateTimeOffset At, [property: JsonPropertyName("faults")] IReadOnlyList<ErrorResponse> Errors);

internal sealed record ErrorResponse(
    string File,
    [property: Description("From 1; 0 if the error has no position")] int Line,
    [property: Description("From 1; 0 if the error has no position")] int Column,
    string Message);
