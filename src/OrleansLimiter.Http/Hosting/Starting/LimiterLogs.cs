using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace OrleansLimiter.Http;

/// <summary>How every host logs: a line an event, to standard error, so that standard output is the host's own.</summary>
public static class LimiterLogs
{
    /// <summary>Adds the log.</summary>
    /// <param name="logging">The host's logging.</param>
    /// <param name="levels">A section like <c>Logging</c> whose <c>LogLevel</c>s have the last word; null where there is none.</param>
    public static void AddLimiterLogs(this ILoggingBuilder logging, IConfiguration? levels = null)
    {
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Orleans.", LogLevel.Warning); // the dot: our own categories begin with the same word

        logging.AddFilter("Polly", LogLevel.Warning); // Orleans places grains by it: two lines for each new key

        // Each try of a connection, several a second while a cluster is away, and each answer to a probe: whoever tries and
        // whoever asks knows, and says what matters.
        logging.AddFilter("Orleans.Messaging.GatewayManager", LogLevel.Error);
        logging.AddFilter("Orleans.Runtime.Messaging.ConnectionManager", LogLevel.Error);
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);

        // With any level of it on, the server makes an activity and a scope for every request. What it has to say of a request
        // we say ourselves, and of a start that failed the program says it.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        // Below critical it says only that the host did not start, with its stack; the program says why, in a sentence.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        if (levels is not null)
        {
            logging.AddConfiguration(levels);
        }

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
