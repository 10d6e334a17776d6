namespace OrleansLimiter.Policies;

/// <summary>A request to decide. The caller has read the identity and validated all values.</summary>
public readonly record struct LimitRequest
{
    /// <summary>The account that is limited.</summary>
    public required Account Account { get; init; }

    /// <summary>The HTTP method in upper case.</summary>
    public required string Method { get; init; }

    /// <summary>The endpoint of the request.</summary>
    public required EndpointMatch Endpoint { get; init; }

    /// <summary>The values of the policy's attributes, in the order of its definition; null, or a shorter array, for defaults.</summary>
    public string?[]? Attributes { get; init; }

    /// <summary>The number of permits, 1 to 2^31-1.</summary>
    public required int Cost { get; init; }

    /// <summary>Whether the request only reads the limits and acquires no permits.</summary>
    public bool Peek { get; init; }
}
