using System.Globalization;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>What a server process has used since its start, which it reports when it is asked.</summary>
/// <param name="Cpu">User and system time, to a microsecond. /proc tells hundredths of a second.</param>
/// <param name="AllocatedBytes">The allocated bytes.</param>
internal readonly record struct ServerUse(TimeSpan Cpu, long AllocatedBytes)
{
    private const string Question = "use";

    public static ServerUse operator -(ServerUse end, ServerUse start) =>
        new(end.Cpu - start.Cpu, end.AllocatedBytes - start.AllocatedBytes);

    /// <summary>Answers questions until the end of the process.</summary>
    public static Task ReportAsync() => ChildProtocol.RunAsync(_ => Task.FromResult(
        FormattableString.Invariant($"{Environment.CpuUsage.TotalTime.Ticks} {GC.GetTotalAllocatedBytes(precise: true)}")));

    /// <summary>What a server has used.</summary>
    public static async Task<ServerUse> OfAsync(Child server)
    {
        string answer = await server.AskAsync(Question);
        return answer.Split(' ') is [var ticks, var bytes]
            ? new(new TimeSpan(Number(ticks)), Number(bytes))
            : throw new InvalidOperationException($"the server did not tell what it has used: {answer}");
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
