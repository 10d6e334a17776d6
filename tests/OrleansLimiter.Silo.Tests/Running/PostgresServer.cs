using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>A PostgreSQL server of the test's own: a free port of loopback, a folder that goes with it, the schema applied.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    // PostgreSQL refuses to run as root; this account comes with Debian's package.
    private const string ServerAccount = "postgres";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("limiter-postgres-");
    private readonly int _port = Loopback.FreePorts(1)[0];

    private PostgresServer()
    {
    }

    /// <summary>Where the server's programs are; null where it is not installed.</summary>
    public static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
            .LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Database=postgres;Username=limiter;Timeout=15;Command Timeout=15";

    private string Data => Path.Combine(_folder.FullName, "data");

    public static async Task<PostgresServer> StartNewAsync()
    {
        Assert.SkipWhen(Programs is null || Environment.GetEnvironmentVariable("NOPG") is not null, "PostgreSQL is not installed (Debian: apt-get install postgresql)");
        var server = new PostgresServer();
        if (Environment.UserName == "root")
        {
            await RunAsync("chown", ServerAccount, server._folder.FullName);
        }

        await server.RunAsServerAsync("initdb", "--pgdata", server.Data, "--username", "limiter", "--auth", "trust", "--no-sync");
        await server.StartAsync();
        await RunAsync(
            Path.Combine(Programs!, "psql"), "--host", "127.0.0.1", "--port", $"{server._port}", "--username", "limiter", "--dbname", "postgres",
            "--quiet", "--set", "ON_ERROR_STOP=1", "--file", Repository.Path("deploy", "postgres", "schema.sql"));
        return server;
    }

    public Task StartAsync() => RunAsServerAsync(
        "pg_ctl", "start", "--wait", "--pgdata", Data, "--log", Path.Combine(_folder.FullName, "log"),
        "--options", $"-c port={_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off");

    /// <summary>Ends it at once, as a failure would: connections are cut.</summary>
    public Task StopAsync() => RunAsServerAsync("pg_ctl", "stop", "--wait", "--mode", "immediate", "--pgdata", Data);

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            await StopAsync();
        }

        _folder.Delete(recursive: true);
    }

    private Task RunAsServerAsync(string program, params string[] arguments)
    {
        string path = Path.Combine(Programs!, program);
        return Environment.UserName == "root"
            ? RunAsync("runuser", ["-u", ServerAccount, "--", path, .. arguments])
            : RunAsync(path, arguments);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // The server inherits what its starter has open: a pipe would stay open for as long as it lives.
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
