using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>PostgreSQL with the schema of <c>deploy/postgres</c>.</summary>
public sealed class PostgresServer : StoreServer
{
    // PostgreSQL refuses to run as root. Debian's package creates this account.
    private const string ServerAccount = "postgres";

    private static readonly string? Programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
            .LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    private readonly int _port = Loopback.FreePorts(1)[0];

    /// <summary>The address at which it is reached.</summary>
    public string Address { get; init; } = "127.0.0.1";

    public override string? Missing => Programs is null ? "PostgreSQL is not installed (Debian: apt-get install postgresql)" : null;

    public override IReadOnlyDictionary<string, string> Clustering => new Dictionary<string, string>
    {
        ["ProviderType"] = "AdoNet",
        ["Invariant"] = "Npgsql",
        ["ConnectionString"] = $"Host={Address};Port={_port};Database=postgres;Username=limiter;Timeout=15;Command Timeout=15",
    };

    public override IReadOnlyDictionary<string, string> GrainStorage => Clustering;

    private string Addresses => Address == "127.0.0.1" ? Address : $"127.0.0.1,{Address}";

    private string Data => Path.Combine(Folder, "data");

    private bool Runs => File.Exists(Path.Combine(Data, "postmaster.pid"));

    public override async Task StartAsync()
    {
        bool isNew = !Directory.Exists(Data);
        if (isNew)
        {
            if (Environment.UserName == "root")
            {
                await RunAsync("chown", ServerAccount, Folder);
            }

            await RunAsServerAsync("initdb", "--pgdata", Data, "--username", "limiter", "--auth", "trust", "--no-sync");
            await File.AppendAllTextAsync(Path.Combine(Data, "pg_hba.conf"), $"host all all {Address}/24 trust\n");
        }

        await RunAsServerAsync(
            "pg_ctl", "start", "--wait", "--pgdata", Data, "--log", Path.Combine(Folder, "log"),
            "--options", $"-c port={_port} -c listen_addresses={Addresses} -c unix_socket_directories= -c fsync=off");
        if (isNew)
        {
            await RunAsync(
                Path.Combine(Programs!, "psql"), "--host", "127.0.0.1", "--port", $"{_port}", "--username", "limiter", "--dbname", "postgres",
                "--quiet", "--set", "ON_ERROR_STOP=1", "--file", Repository.Path("deploy", "postgres", "schema.sql"));
        }
    }

    public override Task StopAsync() =>
        Runs ? RunAsServerAsync("pg_ctl", "stop", "--wait", "--mode", "immediate", "--pgdata", Data) : Task.CompletedTask;

    private static Task RunAsServerAsync(string program, params string[] arguments)
    {
        string path = Path.Combine(Programs!, program);
        return Environment.UserName == "root"
            ? RunAsync("runuser", ["-u", ServerAccount, "--", path, .. arguments])
            : RunAsync(path, arguments);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // The server inherits open files, so a pipe would stay open as long as the server runs.
        string log = Path.GetTempFileName();
        try
        {
            string line = string.Join(' ', ((string[])[program, .. arguments]).Select(word => $"'{word}'"));
            using Process process = Process.Start("sh", ["-c", $"cd / && {line} > {log} 2>&1 < /dev/null"]);
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await File.ReadAllTextAsync(log)}");
        }
        finally
        {
            File.Delete(log);
        }
    }
}
