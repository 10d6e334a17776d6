using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace OrleansLimiter.Http;

/// <summary>
/// Counts the requests that the server refuses before the limiter sees them, by status. The server reports such a request to a category of
/// the log, which nothing else needs, so a provider for it costs other requests nothing.
/// </summary>
/// <remarks>A listener of the server's diagnostic events would be called for each request.</remarks>
[ProviderAlias("LimiterRefusedRequests")]
internal sealed class RefusedRequests : ILoggerProvider, ILogger
{
    /// <summary>The category of the server.</summary>
    public const string Category = "Microsoft.AspNetCore.Server.Kestrel.BadRequests";

    private readonly ConcurrentDictionary<int, long> _counts = [];

    public void Publish(Meter meter) => meter.CreateObservableCounter(
        "orleans_limiter.refused_requests",
        () => _counts.Select(pair => new Measurement<long>(pair.Value, new KeyValuePair<string, object?>("status", pair.Key))),
        description: "Requests that the HTTP server refused before the limiter saw them, by status.");

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is BadHttpRequestException refused)
        {
            _counts.AddOrUpdate(refused.StatusCode, 1, static (_, count) => count + 1);
        }
    }

    public void Dispose()
    {
    }
}
