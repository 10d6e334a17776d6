using System.Globalization;
using System.Reflection;
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

    /// <summary>The memory that processes can use without swapping.</summary>
    public static long AvailableBytes() => 1024 * long.Parse(
        File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal)).Split(' ')[^2],
        CultureInfo.InvariantCulture);

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

        parts.Add($"RedisRateLimiting {VersionOf(typeof(RedisRateLimiting.RedisRateLimitPartition))}");
        parts.Add($"StackExchange.Redis {VersionOf(typeof(StackExchange.Redis.ConnectionMultiplexer))}");
        return string.Join(", ", parts);
    }

    // The part after the plus sign is the commit.
    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?")]
    private static partial Regex Version();
}
