using System.Runtime.InteropServices;

namespace OrleansLimiter.FaultBenchmarks;

/// <summary>Ends all started processes if a signal stops the run.</summary>
internal static class Stopping
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];

    private static PosixSignalRegistration[]? _registrations;
    private static volatile bool _stopping;

    /// <summary>Whether a signal has come. What fails then, fails because its processes were ended.</summary>
    public static bool IsStopping => _stopping;

    /// <summary>What runs.</summary>
    public static Scene? Current { get; set; }

    /// <summary>Handles signals from now on.</summary>
    public static void Guard() => _registrations ??= [.. Signals.Select(signal => PosixSignalRegistration.Create(signal, Stop))];

    private static void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        _stopping = true;
        Current?.Cluster.DisposeAsync().AsTask().Wait();
        Environment.Exit(128 + (context.Signal == PosixSignal.SIGINT ? 2 : 15));
    }
}
