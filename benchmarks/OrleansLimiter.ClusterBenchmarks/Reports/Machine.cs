using System.Globalization;
using System.Runtime.InteropServices;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Descriptions of the machine.</summary>
internal static class Machine
{
    /// <summary>The machine and .NET, in one line.</summary>
    public static string Describe()
    {
        string processor = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
        return $"{Environment.ProcessorCount} cores, {processor}, {memory} GiB, {RuntimeInformation.OSDescription}, .NET {Environment.Version}";
    }

    /// <summary>The memory that processes can use without swapping.</summary>
    public static long AvailableBytes() => 1024 * long.Parse(
        File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal)).Split(' ')[^2],
        CultureInfo.InvariantCulture);
}
