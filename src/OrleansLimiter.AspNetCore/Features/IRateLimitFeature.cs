namespace OrleansLimiter.AspNetCore;

/// <summary>
/// The decision for a request, a feature of its <see cref="HttpContext"/>. It is absent if no limit was asked. It is valid until the
/// response is complete.
/// </summary>
public interface IRateLimitFeature
{
    /// <summary>Whether the request is allowed.</summary>
    bool Allowed { get; }

    /// <summary>The readings of all limits that applied, in the order of the policies. They are created when they are read.</summary>
    IReadOnlyList<RateLimitReading> Readings { get; }

    /// <summary>
    /// The limit that refused the request: of several, the one with the longest wait ("never" is the longest). Null if the request is
    /// allowed, or if it was refused because the counts are unavailable.
    /// </summary>
    RateLimitReading? Refused { get; }

    /// <summary>
    /// The time after which the request is allowed if no other caller acquires permits meanwhile: the longest of the limits that refused.
    /// Null if the request is allowed, or if waiting does not help.
    /// </summary>
    TimeSpan? RetryAfter { get; }

    /// <summary>
    /// Why <c>on-failure</c> contributed to the decision: <c>unreachable</c>, <c>too-many-groups</c> or <c>too-many-groups-of-account</c>.
    /// Null if it did not.
    /// </summary>
    string? Failure { get; }
}

/// <summary>The reading of one limit.</summary>
/// <param name="Policy">The name of the policy.</param>
/// <param name="Limit">The name of the limit.</param>
/// <param name="Account">Who is limited.</param>
/// <param name="IsAvailable">Whether the counts of the limit are available. If not, all numbers are 0.</param>
/// <param name="Allowed">Whether the limit admits the request.</param>
/// <param name="Permits">The permits of the limit, or its burst.</param>
/// <param name="Remaining">The permits that can be acquired now.</param>
/// <param name="Window">The window of the limit.</param>
/// <param name="Next">The time until more permits remain, if no caller acquires meanwhile; zero if the limit is full.</param>
/// <param name="Reset">The time until the limit is full again, if no caller acquires meanwhile.</param>
/// <param name="RetryAfter">The time after which the limit admits the request; null if it does now, or never will.</param>
public sealed record RateLimitReading(
    string Policy, string Limit, Account Account, bool IsAvailable, bool Allowed, int Permits, int Remaining, TimeSpan Window,
    TimeSpan Next, TimeSpan Reset, TimeSpan? RetryAfter);
