using Orleans;

namespace OrleansLimiter.Cluster;

/// <summary>
/// A grain that holds one bucket group. Each call takes one message, so that a field can be added to it and silos and
/// front-ends of two versions still understand each other.
/// </summary>
[Alias("limiter.IGroupGrain")]
public partial interface IGroupGrain : IGrainWithStringKey
{
    /// <summary>Executes an operation.</summary>
    [Alias("execute"), ResponseTimeout(GrainCallTimeout.Value)]
    ValueTask<GroupAnswer> ExecuteAsync(OperationMessage message);

    /// <summary>Every bucket that remembers something.</summary>
    [Alias("usage"), ResponseTimeout(GrainCallTimeout.Value)]
    ValueTask<UsageReply> UsageAsync(UsageMessage message);

    /// <summary>Forgets everything that was consumed; 1 where there was anything, else 0.</summary>
    [Alias("reset"), ResponseTimeout(GrainCallTimeout.Value)]
    ValueTask<ResetReply> ResetAsync(ResetMessage message);
}

/// <summary>The group of one account, endpoint and mode.</summary>
[Alias("limiter.IEndpointGrain")]
public interface IEndpointGrain : IGroupGrain;

/// <summary>The group of one account, endpoint and resource: short bursts.</summary>
[Alias("limiter.IBurstGrain")]
public interface IBurstGrain : IGroupGrain;

/// <summary>The group of one account over all endpoints.</summary>
[Alias("limiter.IAccountGrain")]
public interface IAccountGrain : IGroupGrain;

/// <summary>Which grain holds the groups of a scope.</summary>
internal static class GroupGrains
{
    private const string AnyKey = "any";

    /// <summary>A grain of the scope, for its type; no call is made.</summary>
    public static IGroupGrain Any(IGrainFactory grains, Scope scope) => scope switch
    {
        Scope.Endpoint => grains.GetGrain<IEndpointGrain>(AnyKey),
        Scope.Burst => grains.GetGrain<IBurstGrain>(AnyKey),
        Scope.Account => grains.GetGrain<IAccountGrain>(AnyKey),
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, "no grain holds groups of this scope"),
    };
}

/// <summary>The timeout of the calls that decisions make.</summary>
internal static class GrainCallTimeout
{
    /// <summary>
    /// How long the runtime keeps an unanswered call: 2 s. No decision waits that long; it is for the memory of calls
    /// to silos that are gone.
    /// </summary>
    public const string Value = "00:00:02";
}
