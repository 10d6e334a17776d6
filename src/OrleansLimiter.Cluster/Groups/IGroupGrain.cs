using Orleans;

namespace OrleansLimiter.Cluster;

/// <summary>
/// A grain that holds one group. Each call takes one message, so that a field can be added to it and silos and
/// front-ends of two versions still understand each other.
/// </summary>
[Alias("limiter.IGroupGrain")]
public interface IGroupGrain : IGrainWithStringKey
{
    /// <summary>Takes permits from every bucket that the rules name, or from none.</summary>
    [Alias("take"), ResponseTimeout(GroupCalls.Timeout)]
    ValueTask<GroupAnswer> TakeAsync(TakeMessage message);

    /// <summary>Makes a held take final. The answer has no readings.</summary>
    [Alias("confirm"), ResponseTimeout(GroupCalls.Timeout)]
    ValueTask<GroupAnswer> ConfirmAsync(ConfirmMessage message);

    /// <summary>Undoes a take, and reads.</summary>
    [Alias("return"), ResponseTimeout(GroupCalls.Timeout)]
    ValueTask<GroupAnswer> ReturnAsync(ReturnMessage message);

    /// <summary>Reads without taking.</summary>
    [Alias("read"), ResponseTimeout(GroupCalls.Timeout)]
    ValueTask<GroupAnswer> ReadAsync(ReadMessage message);

    /// <summary>Every bucket that remembers something.</summary>
    [Alias("usage"), ResponseTimeout(GroupCalls.Timeout)]
    ValueTask<UsageAnswer> UsageAsync(UsageMessage message);

    /// <summary>Forgets everything that was consumed; 1 where there was anything, else 0.</summary>
    [Alias("reset"), ResponseTimeout(GroupCalls.Timeout)]
    ValueTask<ResetAnswer> ResetAsync(ResetMessage message);
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

/// <summary>What all calls of groups share.</summary>
internal static class GroupCalls
{
    /// <summary>
    /// How long the runtime keeps an unanswered call: 2 s. No decision waits that long; it is for the memory of calls
    /// to silos that are gone.
    /// </summary>
    public const string Timeout = "00:00:02";
}
