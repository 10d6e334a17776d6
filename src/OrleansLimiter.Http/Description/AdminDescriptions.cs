using Microsoft.OpenApi;
using OrleansLimiter.Decisions;
using static OrleansLimiter.Http.ResponseDescription;

namespace OrleansLimiter.Http;

/// <summary>The calls on the address for administration.</summary>
internal static class AdminDescriptions
{
    private static readonly ParameterDescription[] OfAccount =
    [
        new("account", ParameterLocation.Path, "The account, percent-encoded: a%2Fb is the account a/b. Where the query has it: -") { Required = true },
        new("account", ParameterLocation.Query, "The account, where the path has - in its place: for . and .., which clients take out of paths"),
        new("kind", ParameterLocation.Query, "id (the default), or ip for a caller known by address"),
    ];

    private static readonly ParameterDescription[] OfLimit =
    [
        .. OfAccount,
        new("policy", ParameterLocation.Path, "The policy") { Required = true },
        new("limit", ParameterLocation.Path, "The limit") { Required = true },
    ];

    private static readonly ResponseDescription[] Errors =
    [
        Problem(400, "The request was not understood"),
        Problem(401, "The token is missing or wrong"),
        Problem(403, "There is no token, and the Host header is not this machine's"),
    ];

    private static readonly ResponseDescription Unkept = Problem(503, "The change could not be kept; nothing has changed");

    public static CallDescription Account { get; } = Of("account", "What an account has consumed, and its overrides.") with
    {
        Parameters = [.. OfAccount],
        Responses =
        [
            new(200, "Every living bucket and every override", typeof(AccountResponse)),
            .. Errors,
            Problem(503, "Not all groups could be asked"),
        ],
    };

    public static CallDescription Reset { get; } = Of("resetUsage", "Forgets everything that an account has consumed.") with
    {
        Parameters = [.. OfAccount],
        Responses =
        [
            new(200, "It is forgotten", typeof(ResetResponse)),
            .. Errors,
            Problem(503, "Not all groups could be asked; some may be reset, and doing it again is safe"),
        ],
    };

    public static CallDescription PutOverride { get; } = Of(
        "putOverride", "Changes a limit for one account, or replaces the change for the same condition.") with
    {
        Parameters = [.. OfLimit],
        Body = typeof(OverrideRequest),
        Responses =
        [
            new(200, "The override as it is kept; it is in force", typeof(OverrideResponse)),
            .. Errors,
            Problem(404, "There is no such policy or limit"),
            Problem(409, "Another override could meet the same requests, or there are too many"),
            Problem(413, "The body is longer than 1 MiB"),
            Unkept,
        ],
    };

    public static CallDescription DeleteOverrides { get; } = Of(
        "deleteOverrides", "Removes every override of a limit for one account.") with
    {
        Parameters = [.. OfLimit],
        Responses = [new(200, "They are removed", typeof(RemovedResponse)), .. Errors, Problem(404, "There is none"), Unkept],
    };

    public static CallDescription Overrides { get; } = Of("overrides", "Overrides that have not lapsed: all, or those that meet every condition given.") with
    {
        Parameters =
        [
            new("after", ParameterLocation.Query, "The page before's next") { Type = JsonSchemaType.Integer },
            new("size", ParameterLocation.Query, "At most so many, 1 to 1000; default 100") { Type = JsonSchemaType.Integer },
            new(OverrideFilter.PolicyParameter, ParameterLocation.Query, "Only those of this policy"),
            new(OverrideFilter.LimitParameter, ParameterLocation.Query, "Only those of the limits of this name"),
            new(OverrideFilter.AccountParameter, ParameterLocation.Query, "Only those of accounts whose names begin with this"),
            new(OverrideFilter.LapsingParameter, ParameterLocation.Query, "Only those that lapse before this moment, as in RFC 3339"),
        ],
        Responses = [new(200, "One page", typeof(OverridePageResponse)), .. Errors],
    };

    public static CallDescription Policies { get; } = Of("policies", "What is in force, since when, and changes that were refused.") with
    {
        Responses = [new(200, "All policies", typeof(PoliciesResponse)), .. Errors],
    };

    public static CallDescription Policy { get; } = Of("policy", "One policy.") with
    {
        Parameters = [new("policy", ParameterLocation.Path, "The policy") { Required = true }],
        Responses = [new(200, "The policy", typeof(PolicyResponse)), .. Errors, Problem(404, "There is no such policy")],
    };

    public static CallDescription Metrics { get; } = Of("metrics", "Metrics in the Prometheus text format.") with
    {
        Responses = [new(200, "Prometheus text 0.0.4", null, "text/plain"), .. Errors],
    };

    private static CallDescription Of(string id, string summary) => new(id, CallDescription.Administration, summary) { Responses = [] };
}
