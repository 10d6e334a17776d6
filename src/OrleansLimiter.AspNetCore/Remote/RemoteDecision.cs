namespace OrleansLimiter.AspNetCore;

/// <summary>The decision of a remote limiter for one request or, if it could not be asked, the decision of <c>on-failure</c>.</summary>
public sealed class RemoteDecision
{
    private RemoteDecision(bool allowed, RateLimitReading[] readings, int status)
    {
        (Allowed, All, Status) = (allowed, readings, status);
        Refused = allowed ? null : RateLimitFeature.LongestWait(readings);
    }

    /// <summary>Whether the request is allowed.</summary>
    public bool Allowed { get; }

    /// <summary>The readings of all limits that applied, in the order of the policy.</summary>
    public IReadOnlyList<RateLimitReading> Readings => All;

    /// <inheritdoc cref="IRateLimitFeature.Refused"/>
    public RateLimitReading? Refused { get; }

    /// <inheritdoc cref="IRateLimitFeature.RetryAfter"/>
    public TimeSpan? RetryAfter => Refused?.RetryAfter;

    /// <inheritdoc cref="IRateLimitFeature.Failure"/>
    public string? Failure { get; private init; }

    /// <summary>The HTTP status of the response: 200, or the status of refusals of the policy, 400 to 599.</summary>
    public int Status { get; }

    /// <summary>The headers of the response without the content type; no name twice.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; private init; } = [];

    /// <summary>The content type of <see cref="Body"/>; null if there is no body, or the policy has no content type.</summary>
    public string? ContentType { get; private init; }

    /// <summary>The body of a refusal, as UTF-8; empty if the request is allowed, or the policy has none.</summary>
    public ReadOnlyMemory<byte> Body { get; private init; }

    internal RateLimitReading[] All { get; }

    internal static RemoteDecision Of(
        bool allowed, RateLimitReading[] readings, int status, List<KeyValuePair<string, string>> headers, string? contentType, byte[] body)
    {
        int failure = headers.FindIndex(header => header.Key.Equals(FailureHeader.Name, StringComparison.OrdinalIgnoreCase));
        return new(allowed, readings, status)
        {
            Failure = failure < 0 ? null : headers[failure].Value,
            Headers = headers,
            ContentType = contentType,
            Body = body,
        };
    }

    internal static RemoteDecision Of(in Decision decision, DateTimeOffset utcNow)
    {
        ResponseTemplates templates = decision.Policy.Templates;
        int reported = Reporting.Of(decision);
        List<KeyValuePair<string, string>> headers = [];
        var sink = new CollectedHeaders(headers);
        templates.WriteHeaders(decision, reported, utcNow, ref sink);
        FailureHeader.Write(decision.Notes, ref sink);
        return new(
            decision.Allowed, RateLimitFeature.ReadingsOf(new(in decision)),
            decision.Allowed ? StatusCodes.Status200OK : templates.DeniedStatus)
        {
            Failure = FailureHeader.Of(decision.Notes),
            Headers = headers,
            ContentType = decision.Allowed ? null : templates.DeniedContentType,
            Body = decision.Allowed ? default : templates.DeniedBytes(decision, reported, utcNow),
        };
    }
}
