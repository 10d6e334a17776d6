using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Http;

// Bodies that are read and written by hand are described here; tests hold the two together.

internal sealed record DecisionResponse
{
    public required bool Allowed { get; init; }

    public required string Policy { get; init; }

    [Description("The limit that the headers speak of; null where none applied or none could be asked")]
    public required string? Reported { get; init; }

    [Description("The limits that refuse, in the policy's order")]
    public required IReadOnlyList<string> DeniedBy { get; init; }

    [Description("Every limit that applied, in the policy's order")]
    public required IReadOnlyList<LimitReading> Limits { get; init; }
}

[Description("One limit; its numbers are null where its group could not be asked and on-failure decided")]
internal sealed record LimitReading
{
    public required string Name { get; init; }

    public required string Scope { get; init; }

    public required bool? Allowed { get; init; }

    [Description("The capacity: permits, or the burst of a token bucket")]
    public required int? Limit { get; init; }

    public required int? Remaining { get; init; }

    public required long? WindowMs { get; init; }

    [Description("Until more remains, if no request acquires meanwhile; 0 where the bucket is full")]
    public required long? NextAfterMs { get; init; }

    [Description("Until the bucket is full again, if no request acquires meanwhile")]
    public required long? ResetAfterMs { get; init; }

    [Description("Waiting this long is enough, if no other request acquires meanwhile; null where the cost is admitted, or never will be")]
    public required long? RetryAfterMs { get; init; }
}

[Description("What was wrong with a request (RFC 9457)")]
internal sealed record ProblemResponse
{
    public required string Title { get; init; }

    public required int Status { get; init; }

    [Description("What was found, where, and what would be right")]
    public required string Detail { get; init; }

    [Description("The invalid field, header or parameter; left out where the whole request is invalid")]
    public string? Field { get; init; }

    [Description("Everything that is wrong, where more than one thing was found")]
    public IReadOnlyList<FieldError>? Errors { get; init; }
}

[Description("Exactly one of permits, multiply and unlimited. Without when it replaces every case of the limit.")]
internal sealed record OverrideRequest;

internal sealed record HealthResponse([property: Description("healthy, or ready")] string Status);
