using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace OrleansLimiter.Hosting;

/// <summary>Logging of the hosts: one line for each event, on standard error. Standard output has the startup banner only.</summary>
public static class LimiterLogging
{
    /// <summary>Adds logging to the console.</summary>
    /// <param name="logging">The host's logging.</param>
    /// <param name="levels">The section <c>Logging</c>: its <c>LogLevel</c> overrides the levels that are set here.</param>
    public static void AddLimiterLogging(this ILoggingBuilder logging, IConfiguration levels)
    {
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Orleans.", LogLevel.Warning); // the dot: our own categories begin with the same word

        logging.AddFilter("Polly", LogLevel.Warning); // Orleans places grains by it: two lines for each new key

        // Each attempt to connect, several a second while the cluster is unavailable, and each answer to a probe. The limiter logs
        // when the state changes.
        logging.AddFilter("Orleans.Messaging.GatewayManager", LogLevel.Error);
        logging.AddFilter("Orleans.Runtime.Messaging.ConnectionManager", LogLevel.Error);
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);

        // With any level of it on, the server makes an activity and a scope for every request.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        // Below critical it logs only that the host did not start, with a stack trace; the console has the reason, in a sentence.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        logging.AddConfiguration(levels);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
