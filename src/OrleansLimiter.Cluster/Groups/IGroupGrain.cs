namespace OrleansLimiter.Cluster;

/// <summary>
/// A grain that holds one bucket group. Each method has one message as its parameter, so that fields can be added while silos and
/// front-ends have different versions.
/// </summary>
[Alias("limiter.IGroupGrain")]
public partial interface IGroupGrain : IGrainWithStringKey
{
    /// <summary>Executes an operation.</summary>
    [Alias("execute"), ResponseTimeout(GrainCallTimeout.OfDecisions)]
    ValueTask<GroupReplyData> ExecuteAsync(OperationMessage message);

    /// <summary>Returns the address of the group.</summary>
    [Alias("locate"), ResponseTimeout(GrainCallTimeout.OfOthers)]
    ValueTask<GroupAddress> LocateAsync(LocateMessage message);

    /// <summary>Reads every bucket that has not decayed.</summary>
    [Alias("usage"), ResponseTimeout(GrainCallTimeout.OfOthers)]
    ValueTask<UsageReply> UsageAsync(UsageMessage message);

    /// <summary>Discards all consumed permits. The reply is 1 if permits had been consumed, otherwise 0.</summary>
    [Alias("reset"), ResponseTimeout(GrainCallTimeout.OfOthers)]
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

/// <summary>The grain types of the scopes.</summary>
internal static class GroupGrains
{
    private const string AnyKey = "any";

    /// <summary>Returns a reference to some grain of the scope, to read its type. The grain is not called.</summary>
    public static IGroupGrain Any(IGrainFactory grains, Scope scope) => scope switch
    {
        Scope.Endpoint => grains.GetGrain<IEndpointGrain>(AnyKey),
        Scope.Burst => grains.GetGrain<IBurstGrain>(AnyKey),
        Scope.Account => grains.GetGrain<IAccountGrain>(AnyKey),
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, "There is no grain type for groups of this scope."),
    };
}
