using System.ComponentModel;

namespace OrleansLimiter.Http;

// Descriptions of bodies that are read and written without a serializer. Tests compare them with what is read and written.

internal sealed record DecisionResponse
{
    public required bool Allowed { get; init; }
    public required string Policy { get; init; }
    [Description("The limit to which the headers refer; null if none applied or none could be asked")]
    public required string? Reported { get; init; }
    [Description("The limits that refuse, in the policy's order")] public required IReadOnlyList<string> DeniedBy { get; init; }
    [Description("Every limit that applied, in the policy's order")] public required IReadOnlyList<LimitReading> Limits { get; init; }
    [Description("Only in a batch with responses: the response that the policy gives")] public ResponseOfPolicy? Response { get; init; }
}

[Description("The response of a policy to its caller")]
internal sealed record ResponseOfPolicy
{
    [Description("200, or the status of refusals of the policy")] public required int Status { get; init; }
    [Description("The headers by name, with Content-Type if there is a body")]
    public required IReadOnlyDictionary<string, string> Headers { get; init; }
    [Description("Null if there is no body")] public required string? Body { get; init; }
}

/// <summary>A schema that is one of several others.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OneOfAttribute(params Type[] types) : Attribute
{
    public Type[] Types { get; } = types;
}

[OneOf(typeof(CheckRequest[]), typeof(BatchRequest))]
internal sealed class BatchBody;

[Description("A batch with options")]
internal sealed record BatchRequest
{
    [Description("The requests, at most 1,000")] public required IReadOnlyList<CheckRequest> Checks { get; init; }
    [Description("Whether each decision has the response that its policy gives")] [DefaultValue(false)]
    public bool? Responses { get; init; }
    [Description("Whether an invalid request has a problem of its own, and the others are decided")] [DefaultValue(false)]
    public bool? Problems { get; init; }
}

[OneOf(typeof(DecisionResponse), typeof(InvalidResponse))]
internal sealed class BatchResult;

[Description("Only in a batch with problems: the result of an invalid request, which has acquired nothing")]
internal sealed record InvalidResponse
{
    public required ProblemResponse Problem { get; init; }
}

[Description("One limit. Its numbers are null if its bucket group could not be asked and on-failure decided.")]
internal sealed record LimitReading
{
    public const string LimitText = "The capacity: permits, or the burst of a token bucket";
    public const string RemainingText = "The permits that can be acquired now";
    public const string NextText = "The time until remaining grows, if no permits are acquired meanwhile; 0 when the bucket is full";
    public const string ResetText = "The time until the bucket is full again, if no permits are acquired meanwhile";

    private const string RetryText =
        "For a limit that refuses: waiting this long is enough, if no permits are acquired meanwhile; "
        + "null means never: the cost is above the capacity";

    public required string Name { get; init; }
    public required string Scope { get; init; }
    public required bool? Allowed { get; init; }
    [Description(LimitText)] public required int? Limit { get; init; }
    [Description(RemainingText)] public required int? Remaining { get; init; }
    public required long? WindowMs { get; init; }
    [Description(NextText)] public required long? NextAfterMs { get; init; }
    [Description(ResetText)] public required long? ResetAfterMs { get; init; }
    [Description(RetryText)] public required long? RetryAfterMs { get; init; }
}

[Description("An error (RFC 9457)")]
internal sealed record ProblemResponse
{
    public required string Title { get; init; }
    public required int Status { get; init; }
    [Description("What was found, where, and what would be right")] public required string Detail { get; init; }
    [Description("The invalid field, header or parameter; omitted if the whole request is invalid")] public string? Field { get; init; }
    [Description("All errors, if more than one was found")] public IReadOnlyList<FieldError>? Errors { get; init; }
}

[Description("Exactly one of permits, multiply and unlimited. Without when, the override replaces every case of the limit.")]
internal sealed record OverrideRequest;

internal sealed record HealthResponse(
    [property: Description("healthy, or ready")] string Status,
    [property: Description("Only of /readyz: what is degraded; omitted if nothing is")] string? Detail);
