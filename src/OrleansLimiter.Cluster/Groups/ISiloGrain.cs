using Orleans;

namespace OrleansLimiter.Cluster;

/// <summary>
/// What a front-end asks of one silo: about the groups of an account that live there. Its key is the silo's address
/// as <c>SiloAddress.ToParsableString</c> writes it, and it is placed on that silo and on no other.
/// </summary>
[Alias("limiter.ISiloGrain")]
public interface ISiloGrain : IGrainWithStringKey
{
    /// <summary>Every bucket of an account's groups that remembers something.</summary>
    [Alias("usage")]
    Task<UsageAnswer> UsageAsync(UsageMessage message);

    /// <summary>Resets the groups of an account.</summary>
    [Alias("reset")]
    Task<ResetAnswer> ResetAsync(ResetMessage message);
}
