using System.Diagnostics;

namespace OrleansLimiter.Hosting;

/// <summary>
/// Ends a host in a bounded time. <see cref="HostOptions.ShutdownTimeout"/> only asks services to hurry, and a silo that cannot reach its
/// membership table retries for two minutes longer.
/// </summary>
internal static partial class BoundedShutdown
{
    /// <summary>
    /// The part of the timeout after which services are asked to end immediately. The rest is the time that they have for it.
    /// </summary>
    public static TimeSpan Graceful(TimeSpan timeout) => timeout * 0.8;

    /// <summary>Waits until shutdown is requested. Then stops and disposes the host, within the timeout.</summary>
    public static async Task WaitAsync(WebApplication app, TimeSpan timeout, Task abandoned)
    {
        var requested = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (app.Lifetime.ApplicationStopping.Register(requested.SetResult))
        {
            await requested.Task;
        }

        await StopAsync(app, timeout, abandoned);
    }

    /// <summary>
    /// Stops and disposes the host. After the timeout, or when the shutdown is abandoned, what is still running ends with the process.
    /// </summary>
    public static async Task StopAsync(WebApplication app, TimeSpan timeout, Task abandoned)
    {
        ILoggerFactory logging = app.Services.GetRequiredService<ILoggerFactory>();
        long began = Stopwatch.GetTimestamp();
        var stopped = Task.Run(async () =>
        {
            try
            {
                await app.StopAsync();
            }
            finally
            {
                await app.DisposeAsync();
            }
        });
        await Task.WhenAny(stopped, abandoned, Task.Delay(timeout));
        if (stopped.IsCompleted)
        {
            await stopped;
            return;
        }

        LogTimeout(logging.CreateLogger(typeof(BoundedShutdown).FullName!), Stopwatch.GetElapsedTime(began).TotalSeconds);
        logging.Dispose(); // writes what is queued
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The shutdown is not complete after {Seconds:f1} s; the process ends now. If the membership table is unavailable, other "
            + "silos learn of the shutdown when they can write to it")]
    private static partial void LogTimeout(ILogger logger, double seconds);
}
