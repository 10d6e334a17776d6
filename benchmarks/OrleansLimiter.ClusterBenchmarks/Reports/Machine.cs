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

    /// <summary>The number of the first core that this process may use.</summary>
    public static string FirstCore()
    {
        const string Label = "Cpus_allowed_list:"; // ranges, such as 0-3,6
        string ranges = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Label, StringComparison.Ordinal))[Label.Length..];
        return ranges.Split(',', '-')[0].Trim();
    }

    /// <summary>The memory that processes can use without swapping.</summary>
    public static long AvailableBytes() => 1024 * long.Parse(
        File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal)).Split(' ')[^2],
        CultureInfo.InvariantCulture);
}
