using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>
/// A <see cref="LimitedApp"/> without sockets, and its load, in one process and on one thread. It answers a line of input, the number of
/// requests to send, with the nanoseconds of a request: the median of short batches, so that an interrupted batch does not count.
/// </summary>
internal static class PipedApp
{
    private const int BatchRequests = 250;

    public static async Task ServeAsync(AppKind kind)
    {
        var listener = new PipeListener();
        WebApplication app = LimitedApp.Build(kind, port: 1, services => services.AddSingleton<IConnectionListenerFactory>(listener));
        await app.StartAsync();
        IDuplexPipe connection = listener.Open();
        byte[][] requests = RunningApp.Requests();
        await ChildProtocol.RunAsync(async count =>
        {
            double[] batches = new double[int.Parse(count, CultureInfo.InvariantCulture) / BatchRequests];
            for (int i = 0; i < batches.Length; i++)
            {
                batches[i] = await RunAsync(connection, requests, i * BatchRequests);
            }

            return Measured.MedianOf(batches).ToString(CultureInfo.InvariantCulture);
        });
    }

    // Kestrel accepts the connection on another thread, so the first response can come later.
    private static async ValueTask<double> RunAsync(IDuplexPipe connection, byte[][] requests, int first)
    {
        long began = Stopwatch.GetTimestamp();
        for (int i = first; i < first + BatchRequests; i++)
        {
            connection.Output.Write(requests[i % requests.Length]);
            await connection.Output.FlushAsync();
            ReadResult response = await connection.Input.ReadAsync();
            connection.Input.AdvanceTo(response.Buffer.End);
        }

        return Stopwatch.GetElapsedTime(began).TotalNanoseconds / BatchRequests;
    }
}
