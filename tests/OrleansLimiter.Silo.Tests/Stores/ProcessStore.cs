using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.Silo.Tests;

/// <summary>A database whose server is a child process.</summary>
public abstract class ProcessStore : StoreServer
{
    private Process? _process;

    /// <summary>The program and its arguments.</summary>
    protected abstract ProcessStartInfo Command { get; }

    /// <summary>The port on loopback.</summary>
    protected abstract int[] Ports { get; }

    public override async Task StartAsync()
    {
        ProcessStartInfo command = Command;
        command.RedirectStandardOutput = true;
        command.RedirectStandardError = true;
        command.WorkingDirectory = Folder;
        _process = Process.Start(command)!;
        Task<string> output = _process.StandardOutput.ReadToEndAsync(); // a full pipe would block the server
        Task<string> errors = _process.StandardError.ReadToEndAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.False(_process.HasExited, _process.HasExited ? $"{command.FileName} has ended: {await output}{await errors}" : "");
                return (await Task.WhenAll(Ports.Select(ListensAsync))).All(listens => listens);
            },
            HostProcess.MaxWait,
            $"{command.FileName} listens");
    }

    // SIGTERM, so that the server writes its data before it ends.
    public override async Task StopAsync()
    {
        if (_process is null)
        {
            return;
        }

        using (var kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]))
        {
            await _process.WaitForExitAsync().WaitAsync(HostProcess.MaxWait);
        }

        _process.Dispose();
        _process = null;
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
