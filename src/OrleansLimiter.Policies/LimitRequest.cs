namespace OrleansLimiter.Policies;

/// <summary>
/// One request to decide. The identity has been read, and the caller has validated the length and the characters of all values.
/// </summary>
public readonly record struct LimitRequest
{
    /// <summary>Who is limited.</summary>
    public required Account Account { get; init; }

    /// <summary>The HTTP method in upper case.</summary>
    public required string Method { get; init; }

    /// <summary>Which endpoint it belongs to.</summary>
    public required EndpointMatch Endpoint { get; init; }

    /// <summary>
    /// The values of the policy's attributes, in the order of its definition; null or a missing tail: the defaults.
    /// </summary>
    public string?[]? Attributes { get; init; }

    /// <summary>Permits, 1 to 2^31-1.</summary>
    public required int Cost { get; init; }

    /// <summary>Whether only to read.</summary>
    public bool Peek { get; init; }
}
