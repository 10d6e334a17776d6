using System.Diagnostics;
using System.Text;

namespace OrleansLimiter.Cli.Tests;

/// <summary>The program in a process that serves on free ports. It ends with the test.</summary>
internal sealed class ServingProcess : IAsyncDisposable
{
    private const string FreePort = "http://127.0.0.1:0";

    private static readonly string[] NoCounts = ["--counts", "none"];

    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly StringBuilder _output = new();

    private ServingProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public Uri Decisions { get; private set; } = null!;

    public Uri Administration { get; private set; } = null!;

    /// <summary>The memory of the process that is in RAM, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts the program and reads its addresses from its output. The test can give the address for decisions.</summary>
    public static Task<ServingProcess> StartAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        string[] urls = arguments.Contains("--urls") ? [] : ["--urls", FreePort];
        ProcessStartInfo start = Start([.. urls, "--admin-urls", FreePort, .. arguments]);
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return StartAsync(start);
    }

    /// <summary>Starts the program with a limit of file descriptors.</summary>
    public static Task<ServingProcess> StartWithDescriptorsAsync(int descriptors, params string[] arguments)
    {
        ProcessStartInfo start = Start(["--urls", FreePort, "--admin-urls", FreePort, .. arguments]);
        string[] command = [start.FileName, .. start.ArgumentList];
        start.FileName = "sh";
        start.ArgumentList.Clear();
        Array.ForEach(["-c", $"ulimit -n {descriptors} && exec \"$@\"", "sh", .. command], start.ArgumentList.Add);
        return StartAsync(start);
    }

    private static async Task<ServingProcess> StartAsync(ProcessStartInfo start)
    {
        var serving = new ServingProcess(Process.Start(start)!);
        serving.Decisions = await serving.AddressAsync("decisions");
        serving.Administration = await serving.AddressAsync("administration");
        return serving;
    }

    /// <summary>Starts the program with invalid settings and waits until it has ended. The test gives the address for decisions.</summary>
    public static async Task<Ended> RefusedAsync(params string[] arguments)
    {
        await using var refused = new ServingProcess(Process.Start(Start(["--admin-urls", FreePort, .. arguments]))!);
        string output = await refused._process.StandardOutput.ReadToEndAsync().WaitAsync(MaxWait);
        await refused._process.WaitForExitAsync().WaitAsync(MaxWait);
        return new(refused._process.ExitCode, output, await refused._error);
    }

    /// <summary>Stops the program with the signal of a service manager, and waits until it has ended.</summary>
    public async Task<Ended> StopAsync()
    {
        await SignalAsync("TERM");
        await _process.WaitForExitAsync().WaitAsync(MaxWait);
        _output.Append(await _process.StandardOutput.ReadToEndAsync());
        return new(_process.ExitCode, _output.ToString(), await _error);
    }

    /// <summary>Sends a signal to the process.</summary>
    /// <param name="name">The name without its prefix, like <c>STOP</c>.</param>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{name} {_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Ends the program as a crash does, and waits until it has ended.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(MaxWait);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    // Counts are not kept unless the test names a file, because the default is one file for all tests.
    private static ProcessStartInfo Start(string[] arguments) =>
        new("dotnet", [typeof(LimiterProgram).Assembly.Location, "serve", .. arguments, .. arguments.Contains("--counts") ? [] : NoCounts])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

    private async Task<Uri> AddressAsync(string label)
    {
        while (await _process.StandardOutput.ReadLineAsync().WaitAsync(MaxWait) is { } line)
        {
            _output.AppendLine(line);
            if (line.StartsWith(label, StringComparison.Ordinal))
            {
                return new(line[label.Length..].Trim());
            }
        }

        throw new InvalidOperationException($"it ended before it listened: {await _error}");
    }
}
