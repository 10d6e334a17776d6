using Microsoft.OpenApi;
using static OrleansLimiter.Http.ParameterDescription;
using static OrleansLimiter.Http.ResponseDescription;

namespace OrleansLimiter.Http;

/// <summary>The calls on the address of administration.</summary>
internal static class AdminDescriptions
{
    private static readonly ParameterDescription[] OfAccount =
    [
        Path("account", "The account, percent-encoded: a%2Fb is the account a/b. Write - if the account is in the query"),
        Query("account", "The account, if the path has -. Needed for the accounts . and .., because clients remove them from a path"),
        Query("kind", "id (the default), or ip for a caller identified by address"),
    ];

    private static readonly ParameterDescription[] OfLimit = [.. OfAccount, Path("policy", "The policy"), Path("limit", "The limit")];

    private static readonly ResponseDescription[] Errors =
    [
        Problem(400, "The request is invalid"),
        Problem(401, "The token is missing or wrong"),
        Problem(403, "No token is set, and the Host header is not that of this machine"),
    ];

    private static readonly ResponseDescription NotStored = Problem(503, "The change cannot be stored");

    public static CallDescription Account { get; } = Of(
        "account",
        "Returns what an account has consumed, and its overrides.",
        new(200, "All living buckets and all overrides", typeof(AccountResponse)),
        Problem(503, "Not all bucket groups could be asked")) with { Parameters = OfAccount };

    public static CallDescription Reset { get; } = Of(
        "resetUsage",
        "Resets everything that an account has consumed.",
        new(200, "The usage was reset", typeof(ResetResponse)),
        Problem(503, "Not all bucket groups could be asked; some may have been reset")) with { Parameters = OfAccount };

    public static CallDescription PutOverride { get; } = Of(
        "putOverride",
        "Changes a limit for one account. Replaces an override with the same condition.",
        new(200, "The override, which is in force", typeof(OverrideResponse)),
        Problem(404, "The policy or limit does not exist"),
        Problem(409, "One request can match this override and another one, or there are too many overrides"),
        Problem(413, "The body is longer than 1 MiB"),
        NotStored) with { Parameters = OfLimit, Body = typeof(OverrideRequest) };

    public static CallDescription DeleteOverrides { get; } = Of(
        "deleteOverrides",
        "Removes every override of a limit for one account.",
        new(200, "The overrides were removed", typeof(RemovedResponse)),
        Problem(404, "There is no override"),
        NotStored) with { Parameters = OfLimit };

    public static CallDescription Overrides { get; } = Of(
        "overrides",
        "Returns the overrides that have not expired and that meet all given conditions.",
        new(200, "One page", typeof(OverridePageResponse))) with
    {
        Parameters =
        [
            Query("after", "The next of the previous page") with { Type = JsonSchemaType.Integer },
            Query("size", "The maximum number of overrides, 1 to 1000; default 100") with { Type = JsonSchemaType.Integer },
            Query("policy", "Only overrides of this policy"),
            Query("limit", "Only those of limits with this name"),
            Query("account-prefix", "Only those of accounts whose names begin with this; case matters"),
            Query("lapsing-before", "Only those with an until before this date and time, as in RFC 3339"),
        ],
    };

    public static CallDescription Policies { get; } = Of(
        "policies",
        "Returns the policies in force, since when they are in force, and refused changes of files.",
        new(200, "All policies", typeof(PoliciesResponse)));

    public static CallDescription Policy { get; } = Of(
        "policy",
        "Returns one policy.",
        new(200, "The policy", typeof(PolicyResponse)),
        Problem(404, "The policy does not exist")) with { Parameters = [Path("policy", "The policy")] };

    public static CallDescription RemovePolicy { get; } = Of(
        "removePolicy",
        "Confirms that a policy whose file was removed is no longer in force in this process.",
        new(200, "The policy was removed", typeof(RemovedPolicyResponse)),
        Problem(404, "The policy does not exist"),
        Problem(409, "The file of the policy exists")) with { Parameters = [Path("policy", "The policy")] };

    public static CallDescription Metrics { get; } = Of(
        "metrics", "Returns metrics in the Prometheus text format.", new(200, "Prometheus text 0.0.4", null, "text/plain"));

    private static CallDescription Of(string id, string summary, ResponseDescription success, params ResponseDescription[] others) =>
        new(id, CallDescription.Administration, summary) { Responses = [success, .. Errors, .. others] };
}
