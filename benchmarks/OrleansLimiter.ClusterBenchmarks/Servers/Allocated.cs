using OrleansLimiter.Policies;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The reply of a server to <see cref="Question"/>: the bytes that it has allocated since its start.</summary>
internal static class Allocated
{
    public const string Question = "allocated";

    public static Task ReportAsync() =>
        ChildProtocol.RunAsync(_ => Task.FromResult($"{GC.GetTotalAllocatedBytes(precise: true)}"));

    public static async Task<long> InAsync(Child server) => long.Parse(await server.AskAsync(Question));
}
