using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace OrleansLimiter.AttackBenchmarks;

/// <summary>A process that is attacked. It may have as many descriptors as a service often has.</summary>
internal sealed class Target : IDisposable
{
    /// <summary>The maximum number of descriptors of the process: 3,000.</summary>
    public const int MaxDescriptors = 3_000;

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private Target(Process process, int port, int? administration) => (_process, Port, Administration) = (process, port, administration);

    /// <summary>The port of decisions.</summary>
    public int Port { get; }

    /// <summary>The port of administration; null for a process that is not ours.</summary>
    public int? Administration { get; }

    public bool IsAlive => !_process.HasExited;

    /// <summary>The resident memory now, in bytes; 0 if the process has ended.</summary>
    public long ResidentBytes
    {
        get
        {
            try
            {
                string line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
                return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
            }
            catch (Exception error) when (error is IOException or InvalidOperationException or UnauthorizedAccessException)
            {
                return 0;
            }
        }
    }

    /// <summary>Starts a process, and waits until it answers.</summary>
    public static async Task<Target> StartAsync(Contender contender)
    {
        int[] ports = Loopback.FreePorts(4);
        string[] command = contender.Command(ports);
        string limited = $"ulimit -n {MaxDescriptors}; exec \"$0\" \"$@\"";
        var start = new ProcessStartInfo("bash", ["-c", limited, .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach ((string name, string value) in contender.Variables(ports))
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var target = new Target(process, ports[0], contender.IsOurs ? ports[1] : null);
        await target.ReadyAsync();
        return target;
    }

    /// <summary>Whether <c>/readyz</c> answers within a second, with any status; null for a process that is not ours.</summary>
    public async Task<bool?> AnswersAdministrationAsync()
    {
        if (Administration is not { } port)
        {
            return null;
        }

        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(1) };
        try
        {
            using HttpResponseMessage response = await client.GetAsync($"http://127.0.0.1:{port}/readyz");
            return true;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        if (IsAlive)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private async Task ReadyAsync()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(1) };
        string path = Administration is { } port ? $"http://127.0.0.1:{port}/readyz" : $"http://127.0.0.1:{Port}/";
        for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < MaxWait && IsAlive;)
        {
            try
            {
                using HttpResponseMessage response = await client.GetAsync(path);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
            {
                // It does not listen yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }

        throw new InvalidOperationException($"nothing answers at {path}");
    }
}
