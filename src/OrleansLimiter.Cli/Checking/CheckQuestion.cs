using System.Text.Json.Serialization;

namespace OrleansLimiter.Cli;

/// <summary>The body of <c>POST /v1/check</c>; what is null is left out, so that the limiter's defaults hold.</summary>
internal sealed record CheckQuestion
{
    /// <summary>Which policy.</summary>
    public string? Policy { get; init; }

    /// <summary>Who is limited.</summary>
    public string? Account { get; init; }

    /// <summary>The caller's address.</summary>
    public string? Ip { get; init; }

    /// <summary>The HTTP method.</summary>
    public string? Method { get; init; }

    /// <summary>The path, or <see cref="Endpoint"/>.</summary>
    public string? Path { get; init; }

    /// <summary>An endpoint of the policy by its name.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The resource of an endpoint that is named.</summary>
    public string? Resource { get; init; }

    /// <summary>The mode.</summary>
    public string? Mode { get; init; }

    /// <summary>Further attributes.</summary>
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    /// <summary>Permits.</summary>
    public int Cost { get; init; }

    /// <summary>Whether only to look.</summary>
    public bool Peek { get; init; }
}

/// <summary>What <c>POST /v1/check</c> answers.</summary>
internal sealed record CheckDecision(
    bool Allowed, string Policy, string? Reported, IReadOnlyList<string> DeniedBy, IReadOnlyList<CheckedLimit> Limits);

/// <summary>One limit of an answer; the numbers are null where its group could not be asked.</summary>
internal sealed record CheckedLimit(
    string Name, string Scope, bool? Allowed, int? Limit, int? Remaining, long? WindowMs, long? ResetAfterMs, long? RetryAfterMs);

/// <summary>The answer to a question that the limiter does not understand.</summary>
internal sealed record CheckProblem(string? Detail, string? Field);

[JsonSerializable(typeof(CheckQuestion))]
[JsonSerializable(typeof(CheckDecision))]
[JsonSerializable(typeof(CheckProblem))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
internal sealed partial class CheckJson : JsonSerializerContext;
