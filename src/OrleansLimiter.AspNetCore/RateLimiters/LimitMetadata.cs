using System.Threading.RateLimiting;

namespace OrleansLimiter.AspNetCore;

/// <summary>
/// The metadata of the leases of <see cref="PolicyRateLimiters"/>, in addition to <see cref="MetadataName.RetryAfter"/> and <see
/// cref="MetadataName.ReasonPhrase"/> of a refused lease.
/// </summary>
/// <remarks>
/// <see cref="MetadataName.RetryAfter"/> is rounded up to whole seconds, so that it is not too short if only its seconds are used. <see
/// cref="RateLimitReading.RetryAfter"/> of the readings is exact. A lease has none if waiting does not help.
/// </remarks>
public static class LimitMetadata
{
    /// <summary>
    /// The limit that refused: of several, the one with the longest wait. Absent if the lease is acquired, or if it was refused because the
    /// counts are unavailable.
    /// </summary>
    public static MetadataName<RateLimitReading> RefusedLimit { get; } = new("REFUSED_LIMIT");

    /// <summary>The readings of all limits that applied, in the order of the policies. Absent if no limit was asked.</summary>
    public static MetadataName<IReadOnlyList<RateLimitReading>> Readings { get; } = new("LIMIT_READINGS");

    /// <summary>
    /// Why <c>on-failure</c> contributed to the decision: <c>unreachable</c>, <c>too-many-groups</c> or <c>too-many-groups-of-account</c>.
    /// Absent if it did not.
    /// </summary>
    public static MetadataName<string> Failure { get; } = new("LIMIT_FAILURE");
}
