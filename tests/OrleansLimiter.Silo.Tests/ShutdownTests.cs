using System.Diagnostics;

namespace OrleansLimiter.Silo.Tests;

/// <summary>The shutdown of a silo while its membership table is unavailable.</summary>
public sealed class ShutdownTests(ITestOutputHelper output)
{
    // The default of Limiter:ShutdownTimeout, and time for the process to end on a busy machine.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10 + 5);

    [Fact]
    public async Task A_silo_ends_within_the_shutdown_timeout_though_PostgreSQL_is_unavailable()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(new PostgresServer(), silos: 2, frontEnds: 0, ProcessCluster.Patient);
        HostProcess silo = cluster.Silos[0];
        await cluster.Store.StopAsync();

        long asked = Stopwatch.GetTimestamp();
        int code = await silo.StopAsync();
        TimeSpan took = Stopwatch.GetElapsedTime(asked);

        output.WriteLine($"the process ended after {took.TotalSeconds:f1} s");
        Assert.Equal(0, code);
        Assert.InRange(took, TimeSpan.Zero, Bound);
        Assert.Contains("The shutdown is not complete after 00:00:10", silo.Log, StringComparison.Ordinal);
    }
}
