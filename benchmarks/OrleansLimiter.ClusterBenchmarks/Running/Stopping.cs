using System.Runtime.InteropServices;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Ends all started processes if a signal stops the measurement.</summary>
internal static class Stopping
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];

    private static volatile bool _stopping;

    public static async Task GuardAsync(Func<Task> measure)
    {
        PosixSignalRegistration[] registrations = [.. Signals.Select(signal => PosixSignalRegistration.Create(signal, Stop))];
        try
        {
            await measure();
        }
        catch (Exception) when (_stopping)
        {
            await Task.Delay(Timeout.Infinite); // it failed because its processes were killed, and this process is about to exit
        }

        Array.ForEach(registrations, registration => registration.Dispose());
    }

    private static void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        _stopping = true;
        Child.EndAll();
        Environment.Exit(128 + (context.Signal == PosixSignal.SIGINT ? 2 : 15));
    }
}
