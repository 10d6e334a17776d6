using System.Reflection;
using System.Text.RegularExpressions;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The versions of the other contenders.</summary>
internal static partial class OtherVersions
{
    /// <summary>Those that are installed, in one line.</summary>
    public static async Task<string> DescribeAsync()
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
