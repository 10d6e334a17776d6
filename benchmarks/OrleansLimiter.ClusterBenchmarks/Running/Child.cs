using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A process that the benchmark starts and ends together with its children.</summary>
internal sealed class Child : IAsyncDisposable
{
    private const int KeptLines = 200;

    private static readonly TimeSpan ReadTimeout = TimeSpan.FromMinutes(3);
    private static readonly ConcurrentDictionary<Child, bool> Running = [];

    private readonly Process _process;
    private readonly Channel<string> _lines = KeptChannel();
    private readonly Channel<string> _errors = KeptChannel();

    private Child(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => _lines.Writer.TryWrite(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _errors.Writer.TryWrite(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Running[this] = true;
    }

    /// <summary>Kills all processes that are still running.</summary>
    public static void EndAll() => Parallel.ForEach(Running.Keys, child =>
    {
        try
        {
            child.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has just ended.
        }
    });

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    public static Child Start(string program, IEnumerable<string> arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!);
    }

    /// <summary>Starts this program in another role.</summary>
    public static Child StartSelf(params string[] arguments) => Start(Environment.ProcessPath!, arguments);

    /// <summary>Writes a line and waits for a line of output.</summary>
    public async Task<string> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        return await ReadLineAsync();
    }

    /// <summary>Waits for a line of output.</summary>
    /// <exception cref="InvalidOperationException">The process has ended, or the wait was too long.</exception>
    public async Task<string> ReadLineAsync()
    {
        using var timeout = new CancellationTokenSource(ReadTimeout);
        while (!HasEnded || _lines.Reader.Count > 0)
        {
            using var soon = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token);
            soon.CancelAfter(TimeSpan.FromSeconds(1)); // to see whether it has ended
            try
            {
                if (await _lines.Reader.ReadAsync(soon.Token) is { Length: > 0 } line)
                {
                    return line;
                }
            }
            catch (OperationCanceledException) when (!timeout.IsCancellationRequested)
            {
            }
        }

        throw new InvalidOperationException($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} has ended: {LastLines()}");
    }

    /// <summary>The last unread lines of output, with errors at the end.</summary>
    public string LastLines()
    {
        var lines = new List<string>();
        foreach (Channel<string> channel in (Channel<string>[])[_lines, _errors])
        {
            while (channel.Reader.TryRead(out string? line))
            {
                lines.Add(line);
            }
        }

        return string.Join(Environment.NewLine, lines);
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _process.WaitForExitAsync();
        Running.TryRemove(this, out _);
        _process.Dispose();
    }

    private void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    private static Channel<string> KeptChannel() => Channel.CreateBounded<string>(
        new BoundedChannelOptions(KeptLines) { FullMode = BoundedChannelFullMode.DropOldest });
}
