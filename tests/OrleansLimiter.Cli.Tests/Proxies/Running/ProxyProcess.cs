using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansLimiter.Cli.Tests;

/// <summary>A proxy on a port of loopback that asks a limiter and passes requests to an API. It ends with the test.</summary>
internal sealed class ProxyProcess : IAsyncDisposable
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly TestFolder _folder = new();
    private readonly StringBuilder _log = new();
    private readonly Process _process;

    private ProxyProcess(ProxyKind kind, int port, Uri limiter, Uri api, bool isPatient)
    {
        Address = new($"http://127.0.0.1:{port}");
        ProcessStartInfo start = kind.Configure(_folder, new(port, limiter.Port, api.Port, isPatient));
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    /// <summary>Starts a proxy and waits until it listens. Skips the test if the proxy is not installed.</summary>
    public static async Task<ProxyProcess> StartAsync(ProxyKind kind, Uri limiter, Uri api, bool isPatient)
    {
        Require(kind);
        var proxy = new ProxyProcess(kind, Loopback.FreePorts(1)[0], limiter, api, isPatient);
        long began = Stopwatch.GetTimestamp();
        while (!await IsListeningAsync(proxy.Address.Port))
        {
            bool hasFailed = proxy._process.HasExited || Stopwatch.GetElapsedTime(began) > MaxWait;
            Assert.False(hasFailed, $"{kind.Program} does not listen: {proxy._log}");
            await Task.Delay(Pause);
        }

        return proxy;
    }

    /// <summary>Skips the test with a message if the proxy is not installed.</summary>
    public static void Require(ProxyKind kind)
    {
        if (kind.Missing is { } missing)
        {
            Assert.Skip(missing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _folder.Dispose();
    }

    private static async Task<bool> IsListeningAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
        {
            _log.AppendLine(line.Data);
        }
    }
}
