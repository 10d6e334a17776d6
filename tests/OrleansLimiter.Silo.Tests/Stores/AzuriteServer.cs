using System.Diagnostics;
using System.Security.Cryptography;

namespace OrleansLimiter.Silo.Tests;

/// <summary>The emulator of Azure Storage, with the membership in a table.</summary>
public abstract class AzuriteServer : ProcessStore
{
    private const string Account = "limiter";

    private static readonly string Cache = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "orleans-limiter");

    private static readonly string? Program = Find("azurite", Path.Combine(Cache, "node_modules", ".bin"));

    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));

    public override string? Missing =>
        Program is null ? $"Azurite is not installed (npm install --prefix {Cache} azurite)" : null;

    public override IReadOnlyDictionary<string, string> Clustering => new Dictionary<string, string>
    {
        ["ProviderType"] = "AzureTableStorage",
        ["ConnectionString"] = ConnectionString,
        ["TableName"] = "LimiterSilos",
    };

    protected string ConnectionString =>
        $"AccountName={Account};AccountKey={_key};{Endpoint("Blob", 0)};{Endpoint("Queue", 1)};{Endpoint("Table", 2)}";

    protected override int[] Ports { get; } = Loopback.FreePorts(3);

    protected override ProcessStartInfo Command => new(
        Program!,
        [
            "--location", Folder, "--blobPort", $"{Ports[0]}", "--queuePort", $"{Ports[1]}", "--tablePort", $"{Ports[2]}",
            "--silent", "--disableTelemetry", "--skipApiVersionCheck", // the client can be newer than the emulator
        ])
    {
        Environment = { ["AZURITE_ACCOUNTS"] = $"{Account}:{_key}" },
    };

    private string Endpoint(string service, int port) => $"{service}Endpoint=http://127.0.0.1:{Ports[port]}/{Account}";
}

/// <summary>Overrides in blobs.</summary>
public sealed class AzureBlobs : AzuriteServer
{
    public override IReadOnlyDictionary<string, string> GrainStorage => new Dictionary<string, string>
    {
        ["ProviderType"] = "AzureBlobStorage",
        ["ConnectionString"] = ConnectionString,
        ["ContainerName"] = "limiter-overrides",
    };
}

/// <summary>Overrides in a table.</summary>
public sealed class AzureTables : AzuriteServer
{
    public override IReadOnlyDictionary<string, string> GrainStorage => new Dictionary<string, string>
    {
        ["ProviderType"] = "AzureTableStorage",
        ["ConnectionString"] = ConnectionString,
        ["TableName"] = "LimiterOverrides",
    };
}
