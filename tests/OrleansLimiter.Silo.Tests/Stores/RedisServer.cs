using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>Redis with a log of every change.</summary>
public sealed class RedisServer : ProcessStore
{
    private static readonly string? Program = Find("redis-server");

    public override string? Missing => Program is null ? "Redis is not installed (Debian: apt-get install redis-server)" : null;

    public override IReadOnlyDictionary<string, string> Clustering => new Dictionary<string, string>
    {
        ["ProviderType"] = "Redis",
        ["ConnectionString"] = $"127.0.0.1:{Ports[0]}",
    };

    public override IReadOnlyDictionary<string, string> GrainStorage => Clustering;

    protected override int[] Ports { get; } = Loopback.FreePorts(1);

    protected override ProcessStartInfo Command =>
        new(Program!, ["--bind", "127.0.0.1", "--port", $"{Ports[0]}", "--dir", Folder, "--appendonly", "yes", "--save", ""]);
}
