using OrleansLimiter.Grains;
using OrleansLimiter.Policies;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The reply of a server to <see cref="Question"/>: the bytes that it has allocated since its start.</summary>
internal static class Allocated
{
    public const string Question = "allocated";

    private const string Replicated = "replicated";

    public static Task ReportAsync() =>
        ChildProtocol.RunAsync(_ => Task.FromResult($"{GC.GetTotalAllocatedBytes(precise: true)}"));

    /// <summary>As the other overload, for a silo, which also tells what it has replicated.</summary>
    public static Task ReportAsync(Replicas replicas) => ChildProtocol.RunAsync(question => Task.FromResult(
        question == Replicated
            ? $"{replicas.Counters.Sent} {replicas.Counters.SentBytes}"
            : $"{GC.GetTotalAllocatedBytes(precise: true)}"));

    /// <summary>The number of states that a silo has sent to replicas since its start, and their bytes.</summary>
    public static async Task<(long Groups, long Bytes)> ReplicatedByAsync(Child silo) =>
        (await silo.AskAsync(Replicated)).Split(' ') is [var groups, var bytes] ? (long.Parse(groups), long.Parse(bytes)) : default;

    public static async Task<long> InAsync(Child server) => long.Parse(await server.AskAsync(Question));
}
