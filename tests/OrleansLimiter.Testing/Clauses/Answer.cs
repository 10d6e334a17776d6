using OrleansLimiter.Decisions;

namespace OrleansLimiter.Testing.Clauses;

/// <summary>A response of the limiter.</summary>
public sealed record Answer(int Status, Dictionary<string, string> Headers, string? ContentType, string Body)
{
    /// <summary>The value of a header; null if it is absent.</summary>
    public string? this[string header] => Headers.GetValueOrDefault(header);

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        response.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
        response.Content.Headers.ContentType?.ToString(),
        await response.Content.ReadAsStringAsync());
}

/// <summary>The JSON of <c>/v1/check</c>.</summary>
public sealed record CheckResult(bool Allowed, string Policy, string? Reported, string[] DeniedBy, LimitResponse[] Limits);

/// <summary>One limit in the JSON of <c>/v1/check</c>.</summary>
public sealed record LimitResponse(
    string Name, string Scope, bool Allowed, int Limit, int Remaining, long WindowMs, long NextAfterMs, long ResetAfterMs, long? RetryAfterMs);
