using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using OrleansLimiter.Grains;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A silo on loopback: in this process, or in one of its own that ends with its standard input.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private const string Ready = "ready";

    private readonly Process _process;

    private SiloProcess(Process process) => _process = process;

    public static async Task ServeAsync(int port, int gateway, int primary)
    {
        using IHost host = await StartHereAsync(port, gateway, primary);
        Console.WriteLine(Ready);
        await Console.In.ReadLineAsync();
        await host.StopAsync();
    }

    public static async Task<IHost> StartHereAsync(int port, int gateway, int primary)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.AddFilter(level => level >= LogLevel.Error);
        builder.Services.AddSingleton(new LimiterClock(TimeProvider.System));
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(port, gateway, primary == port ? null : new IPEndPoint(IPAddress.Loopback, primary))
            .AddLimiterGrains());
        IHost host = builder.Build();
        await host.StartAsync();
        return host;
    }

    public static async Task<SiloProcess> StartAsync(int port, int gateway, int primary)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])["silo", $"{port}", $"{gateway}", $"{primary}"])
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)!;
        string? line = await process.StandardOutput.ReadLineAsync();
        return line == Ready ? new(process) : throw new InvalidOperationException($"the silo did not start: {line}");
    }

    /// <summary>A port of loopback that nobody uses now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
