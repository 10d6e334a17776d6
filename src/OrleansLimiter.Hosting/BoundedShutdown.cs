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
    public static async Task WaitAsync(WebApplication app, TimeSpan timeout)
    {
        var requested = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (app.Lifetime.ApplicationStopping.Register(requested.SetResult))
        {
            await requested.Task;
        }

        await StopAsync(app, timeout);
    }

    /// <summary>Stops and disposes the host. After the timeout, what is still running ends with the process.</summary>
    public static async Task StopAsync(WebApplication app, TimeSpan timeout)
    {
        ILoggerFactory logging = app.Services.GetRequiredService<ILoggerFactory>();
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
        try
        {
            await stopped.WaitAsync(timeout);
        }
        catch (TimeoutException) when (!stopped.IsCompleted)
        {
            LogTimeout(logging.CreateLogger(typeof(BoundedShutdown).FullName!), timeout);
            logging.Dispose(); // writes what is queued
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The shutdown is not complete after {Timeout}; the process ends now. If the membership table is unavailable, other silos "
            + "learn of the shutdown when they can write to it")]
    private static partial void LogTimeout(ILogger logger, TimeSpan timeout);
}
