using System.Text.Json.Serialization;

namespace OrleansLimiter.Cli;

/// <summary>The response of <c>POST /v1/check</c>.</summary>
internal sealed record CheckDecision(
    bool Allowed, string Policy, string? Reported, IReadOnlyList<string> DeniedBy, IReadOnlyList<CheckedLimit> Limits);

/// <summary>One limit of a response; the numbers are null if its bucket group did not reply.</summary>
internal sealed record CheckedLimit(
    string Name, string Scope, bool? Allowed, int? Limit, int? Remaining, long? WindowMs, long? ResetAfterMs, long? RetryAfterMs);

/// <summary>The response to a request that the limiter rejected as invalid.</summary>
internal sealed record CheckProblem(string? Detail, string? Field);

[JsonSerializable(typeof(CheckRequest))]
[JsonSerializable(typeof(CheckDecision))]
[JsonSerializable(typeof(CheckProblem))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
internal sealed partial class CheckJson : JsonSerializerContext;
