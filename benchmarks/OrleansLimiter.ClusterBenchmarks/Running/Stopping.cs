using System.Runtime.InteropServices;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>What happens when somebody stops a measurement half-way: whatever it has started ends first.</summary>
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
            await Task.Delay(Timeout.Infinite); // it failed because its processes have ended; the process ends in a moment
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
