using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansLimiter.Samples.Tests;

/// <summary>A sample that runs as a process, as a user starts it. It ends with the test.</summary>
internal sealed class Sample : IAsyncDisposable
{
    public static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(2);

    /// <summary>A deadline of decisions that is long enough for busy machines.</summary>
    public static readonly (string Key, string Value) Patient = ("Limiter__Deadline", "00:00:10");

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private Sample(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => _errors.AppendLine(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>Starts the program of a sample in its folder, in the environment in which all services are checked at the start.</summary>
    public static Sample Program(string name, params (string Key, string Value)[] settings) => Start(
        name, "dotnet", [Path.Combine(Folder(name), "bin", "Release", "net10.0", $"{name}.dll")],
        [("ASPNETCORE_ENVIRONMENT", "Development"), .. settings]);

    /// <summary>Starts the script of a sample.</summary>
    public static Sample Script(string name, params (string Key, string Value)[] settings) =>
        Start(name, "bash", [Path.Combine(Folder(name), "run.sh"), "--no-build"], settings);

    /// <summary>Unused ports of 127.0.0.1.</summary>
    public static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        Array.ForEach(listeners, listener => listener.Dispose());
        return ports;
    }

    /// <summary>Returns the rest of the first line of output that contains a text.</summary>
    public async Task<string> OutputAfterAsync(string text)
    {
        while (await _process.StandardOutput.ReadLineAsync().WaitAsync(MaxWait) is { } line)
        {
            if (line.IndexOf(text, StringComparison.Ordinal) is >= 0 and var index)
            {
                return line[(index + text.Length)..].Trim();
            }
        }

        throw new InvalidOperationException($"the sample has ended: {_errors}");
    }

    /// <summary>Returns a client of the app, once it listens.</summary>
    public async Task<HttpClient> ClientAsync() => Client(await OutputAfterAsync("Now listening on: "));

    public static HttpClient Client(string address) => new() { BaseAddress = new(address), Timeout = MaxWait };

    /// <summary>Stops the sample with the signal of a terminal that is closed, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await _process.WaitForExitAsync().WaitAsync(MaxWait);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static Sample Start(string name, string program, string[] arguments, (string Key, string Value)[] settings)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder(name),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_gcServer"] = "0"; // several processes share a small machine
        foreach ((string key, string value) in settings)
        {
            start.Environment[key] = value;
        }

        return new(Process.Start(start)!);
    }

    /// <summary>The folder of the repository.</summary>
    public static string Repository()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OrleansLimiter.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("no folder holds OrleansLimiter.sln");
        }

        return folder;
    }

    private static string Folder(string name) => Path.Combine(Repository(), "samples", name);
}
