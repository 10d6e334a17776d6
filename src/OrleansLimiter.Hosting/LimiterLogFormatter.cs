using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace OrleansLimiter.Hosting;

/// <summary>
/// Writes each event as one line, in the form of the simple console of .NET. Text from outside cannot forge a line or control a terminal
/// (<see cref="DisplayText"/>), and the number of lines does not grow with the traffic (<see cref="LogLineBound"/>).
/// </summary>
/// <param name="clock">The clock; null for the system clock.</param>
internal sealed class LimiterLogFormatter(LimiterClock? clock = null) : ConsoleFormatter(FormatterName)
{
    /// <summary>The name of the formatter.</summary>
    public const string FormatterName = "limiter";

    private readonly LogLineBound _bound = new(clock?.Time ?? TimeProvider.System);

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (!_bound.TryPass(logEntry.Category, logEntry.EventId, logEntry.LogLevel, out long dropped))
        {
            return; // nothing is written, because the console writes no empty entry
        }

        DateTime now = (clock?.UtcNow ?? DateTimeOffset.UtcNow).UtcDateTime;
        textWriter.Write(string.Create(CultureInfo.InvariantCulture,
            $"{now:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Word(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] "));
        textWriter.Write(OneLine(logEntry.Formatter(logEntry.State, logEntry.Exception)));
        if (logEntry.Exception is { } exception)
        {
            textWriter.Write(' ');
            textWriter.Write(OneLine(exception.ToString()));
        }

        if (dropped > 0)
        {
            textWriter.Write(string.Create(CultureInfo.InvariantCulture, $" ({dropped} lines of this kind were not logged)"));
        }

        textWriter.WriteLine();
    }

    // The lines of a stack trace are part of the text of a framework.
    private static string OneLine(string? text) => DisplayText.Escape((text ?? "").ReplaceLineEndings(" "));

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
