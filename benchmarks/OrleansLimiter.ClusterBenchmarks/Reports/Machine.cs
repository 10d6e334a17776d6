using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Descriptions of the machine and of the software.</summary>
internal static partial class Machine
{
    /// <summary>The machine and .NET, in one line.</summary>
    public static string Describe()
    {
        string processor = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
        return $"{Environment.ProcessorCount} cores, {processor}, {memory} GiB, {RuntimeInformation.OSDescription}, .NET {Environment.Version}";
    }

    /// <summary>The versions of the other contenders that are installed.</summary>
    public static async Task<string> OthersAsync()
    {
        List<string> parts = [];
        foreach ((string program, string name, string option) in ((string, string, string)[])
            [("redis-server", "Redis", "--version"), ("nginx", "nginx", "-v"), ("haproxy", "HAProxy", "-v"), ("node", "Node", "--version"), ("wrk", "wrk", "-v")])
        {
            if (Programs.Find(program) is not null && Version().Match(await Programs.OutputAsync(program, option)) is { Success: true } version)
            {
                parts.Add($"{name} {version}");
            }
        }

        if (OtherServers.ModuleVersion("rate-limiter-flexible") is { } module)
        {
            parts.Add($"rate-limiter-flexible {module}");
        }

        return string.Join(", ", parts);
    }

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?")]
    private static partial Regex Version();
}
