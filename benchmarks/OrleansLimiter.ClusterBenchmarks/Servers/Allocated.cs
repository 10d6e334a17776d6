using OrleansLimiter.Policies;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A server's answer to <see cref="Question"/>: the bytes that it has allocated since it started.</summary>
internal static class Allocated
{
    public const string Question = "allocated";

    public static Task ReportAsync() =>
        Standing.ByAsync(_ => Task.FromResult($"{GC.GetTotalAllocatedBytes(precise: true)}"));

    public static async Task<long> InAsync(Child server) => long.Parse(await server.AskAsync(Question));
}
