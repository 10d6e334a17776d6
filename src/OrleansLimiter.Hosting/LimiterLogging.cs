using Microsoft.Extensions.Logging.Console;

namespace OrleansLimiter.Hosting;

/// <summary>Logging of the hosts: one line for each event, on standard error. Standard output has the startup banner only.</summary>
public static class LimiterLogging
{
    /// <summary>Adds logging to the console.</summary>
    /// <param name="logging">The logging builder of the host.</param>
    /// <param name="levels">The section <c>Logging</c>. Its <c>LogLevel</c> overrides the levels that are set here.</param>
    public static void AddLimiterLogging(this ILoggingBuilder logging, IConfiguration levels)
    {
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Orleans.", LogLevel.Warning); // with the dot, because the categories of the limiter begin with OrleansLimiter
        logging.AddFilter("Grpc", LogLevel.Error); // logs each call that is answered with an error status
        logging.AddFilter("Polly", LogLevel.Warning); // Orleans uses it to place grains: two lines for each new key

        // These log each attempt to connect, several per second while the cluster is unavailable, and each failed health check. The
        // limiter logs when the state changes.
        logging.AddFilter("Orleans.Messaging.GatewayManager", LogLevel.Error);
        logging.AddFilter("Orleans.Runtime.Messaging.ConnectionManager", LogLevel.Error);
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);

        // These log each message that is dropped or not answered, with the account in its address. Failed calls are counted, and the
        // limiter logs one per second.
        logging.AddFilter("Orleans.Messaging", LogLevel.Error);
        logging.AddFilter("Orleans.Runtime.CallbackData", LogLevel.Error);

        // If any level is enabled, the server creates an activity and a scope for every request.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        // Below Critical, it logs only that the host did not start, with a stack trace. The console shows the reason as a message.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        logging.AddConfiguration(levels);
        logging.AddConsole(console =>
        {
            console.FormatterName = LimiterLogFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.AddConsoleFormatter<LimiterLogFormatter, ConsoleFormatterOptions>();
    }
}
