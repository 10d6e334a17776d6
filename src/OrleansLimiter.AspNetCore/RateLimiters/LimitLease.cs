using System.Threading.RateLimiting;

namespace OrleansLimiter.AspNetCore;

/// <summary>
/// A decision as a lease. Permits of a time window come back with time, so disposing the lease gives nothing back.
/// </summary>
internal sealed class LimitLease : RateLimitLease
{
    private const string AskAsynchronously = "the counts are not in this process: AcquireAsync decides";

    private readonly string? _reason;

    private LimitLease(bool isAcquired, string? reason) => (IsAcquired, _reason) = (isAcquired, reason);

    /// <summary>A lease of decisions.</summary>
    /// <param name="feature">The decisions; not pooled.</param>
    /// <param name="acquisition">The acquisition; null if it cannot be canceled.</param>
    public LimitLease(RateLimitFeature feature, CancelableAcquisition? acquisition = null)
        : this(feature.Allowed, feature.Allowed ? null : Refusals.Describe(feature)) =>
        (Feature, Acquisition) = (feature, acquisition);

    /// <summary>The lease if no limit applies.</summary>
    public static LimitLease Unlimited { get; } = new(isAcquired: true, reason: null);

    /// <summary>The lease of a synchronous attempt that only a reply which can be late could decide. Nothing was asked.</summary>
    public static LimitLease Undecided { get; } = new(isAcquired: false, AskAsynchronously);

    /// <inheritdoc/>
    public override bool IsAcquired { get; }

    /// <inheritdoc/>
    public override IEnumerable<string> MetadataNames
    {
        get
        {
            foreach (string name in (string[])[
                MetadataName.RetryAfter.Name, MetadataName.ReasonPhrase.Name,
                LimitMetadata.RefusedLimit.Name, LimitMetadata.Readings.Name, LimitMetadata.Failure.Name])
            {
                if (TryGetMetadata(name, out _))
                {
                    yield return name;
                }
            }
        }
    }

    /// <summary>The decisions; null if no limit was asked.</summary>
    public RateLimitFeature? Feature { get; }

    /// <summary>Why the request cannot be decided; null if it can.</summary>
    public UndecidableRequest? Invalid { get; private init; }

    /// <summary>The acquisition; null if it cannot be canceled.</summary>
    public CancelableAcquisition? Acquisition { get; }

    /// <summary>The number of permits that were asked for.</summary>
    public int Permits { get; set; }

    /// <summary>Whether the caller has no more use for the lease.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>Issues the lease again, for the same request.</summary>
    public LimitLease Renew()
    {
        IsDisposed = false;
        return this;
    }

    /// <summary>A lease of a request that cannot be decided.</summary>
    public static LimitLease Of(UndecidableRequest invalid) => new(isAcquired: false, invalid.Detail) { Invalid = invalid };

    /// <inheritdoc/>
    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = metadataName == MetadataName.RetryAfter.Name ? RoundUp(Feature?.RetryAfter)
            : metadataName == MetadataName.ReasonPhrase.Name ? _reason
            : metadataName == LimitMetadata.RefusedLimit.Name ? Feature?.Refused
            : metadataName == LimitMetadata.Readings.Name ? Feature?.Readings
            : metadataName == LimitMetadata.Failure.Name ? Feature?.Failure
            : null;
        return metadata is not null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => IsDisposed = true;

    // Most handlers write the seconds into a header and cut the fraction.
    private static TimeSpan? RoundUp(TimeSpan? exact) =>
        exact is { } wait ? TimeSpan.FromSeconds(((wait.Ticks - 1) / TimeSpan.TicksPerSecond) + 1) : null;
}
