using Orleans;

namespace OrleansLimiter.Cluster.Tests;

/// <summary>
/// Makes silos behave as those of version 1: they do not know the calls of joint acquisitions, reject their operations, cannot read rules
/// with costs, and send addresses without a version.
/// </summary>
internal sealed class OldSilos : IIncomingGrainCallFilter
{
    private static readonly TimeSpan s_maxWait = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _committed = new(0);
    private int _jointCalls;
    private int _jointOperations;

    /// <summary>Whether addresses contain the current version nevertheless.</summary>
    public bool SendVersions { get; init; }

    /// <summary>The number of calls that the silos do not know.</summary>
    public int JointCalls => Volatile.Read(ref _jointCalls);

    /// <summary>The number of operations that the silos rejected.</summary>
    public int JointOperations => Volatile.Read(ref _jointOperations);

    /// <summary>Waits until the silos have executed a number of further commits. A front-end does not wait for them.</summary>
    public async Task CommitsAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.True(await _committed.WaitAsync(s_maxWait), $"commit {i + 1} of {count} was not executed");
        }
    }

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.MethodName is nameof(ISiloGrain.AcquireAsync) or nameof(IGroupGrain.LocateAsync))
        {
            Interlocked.Increment(ref _jointCalls);
            throw new NotSupportedException("a method of a newer version");
        }

        int commits = 0;
        if (context.MethodName == nameof(ISiloGrain.ExecuteBatchAsync))
        {
            var message = (OperationsMessage)context.Request.GetArgument(0)!;
            GroupRules?[] rules = Array.ConvertAll(message.Rules, Read);
            context.Request.SetArgument(0, new OperationsMessage(rules, Array.ConvertAll(message.Operations, Read)));
            commits = message.Operations.Count(operation => operation.Kind == (byte)OperationKind.Commit);
        }
        else if (context.MethodName == nameof(IGroupGrain.ExecuteAsync))
        {
            var message = (OperationMessage)context.Request.GetArgument(0)!;
            context.Request.SetArgument(0, new OperationMessage(
                message.Kind, Read(message.Rules), message.Cost, message.OperationId, message.MaxAccountGroups));
            commits = message.Kind == (byte)OperationKind.Commit ? 1 : 0;
        }

        await context.Invoke();
        if (commits > 0)
        {
            _committed.Release(commits);
        }

        if (!SendVersions && context.Result is GroupReplyData { Address: { } address } reply)
        {
            context.Result = reply with { Address = new(address.Silo, address.Number) };
        }
    }

    // The version of rules with costs is above that of these silos.
    private static GroupRules? Read(GroupRules? rules) => rules is { HasCosts: true } ? null : rules;

    private OperationData Read(OperationData operation)
    {
        bool joint = operation.Kind == OperationData.JointAcquire;
        Interlocked.Add(ref _jointOperations, joint ? 1 : 0);
        return joint ? operation with { Kind = byte.MaxValue, Following = 0 } : operation;
    }
}
