using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Cli;

/// <summary>
/// Restores the counts before the host accepts connections for decisions, writes changes while it runs, and writes all of them after the
/// server has stopped.
/// </summary>
internal sealed partial class CountsService(
    CountsKeeper counts, LimiterClock clock, LimiterMetrics metrics, ILogger<CountsService> log) : BackgroundService
{
    // A stop that takes too long does not wait for a write that has begun.
    private readonly Lock _writing = new();
    private long _failures;
    private bool _isFailing;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Report(counts.Restore());
        Publish(metrics.Meter);
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (counts.IsKept)
        {
            Write();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (counts.IsKept)
        {
            await Task.Delay(counts.Interval, clock.Time, stoppingToken);
            Write();
        }
    }

    private void Write()
    {
        lock (_writing)
        {
            string? error = TryWrite();
            if (error is not null && !_isFailing)
            {
                LogNotWritten(counts.Path, error);
            }
            else if (error is null && _isFailing)
            {
                LogWritten(counts.Path);
            }

            _isFailing = error is not null;
        }
    }

    private string? TryWrite()
    {
        try
        {
            counts.Write();
            return null;
        }
        catch (Exception error)
        {
            Interlocked.Increment(ref _failures);
            return error.Message;
        }
    }

    private void Publish(Meter meter)
    {
        if (!counts.IsKept)
        {
            return;
        }

        meter.CreateObservableGauge(
            "orleans_limiter.counts.loss_bound", () => counts.LossBound.TotalSeconds, unit: "s",
            description: "A crash loses at most the counts of this time, unless writes fail.");
        meter.CreateObservableGauge(
            "orleans_limiter.counts.file_size", () => counts.FileLength, unit: "By", description: "The length of the file of counts.");
        meter.CreateObservableCounter(
            "orleans_limiter.counts.write_failures", () => Interlocked.Read(ref _failures),
            description: "Writes of the file of counts that failed.");
    }

    private void Report(CountsRestored restored)
    {
        if (restored.Groups > 0)
        {
            LogRestored(restored.Groups, counts.Path);
        }

        if (restored.OverBound > 0)
        {
            LogOverBound(restored.OverBound);
        }

        if (restored.CutBytes > 0)
        {
            LogCut(counts.Path, restored.CutBytes);
        }

        if (restored.IsDamaged)
        {
            LogDamaged(counts.Path, restored.Copy ?? "no file, because it could not be copied");
        }

        if (restored.Error is { } error)
        {
            LogNotKept(counts.Path, error);
        }
    }

    [LoggerMessage(91, LogLevel.Information, "The counts of {Groups} bucket groups continue from the file '{File}'")]
    private partial void LogRestored(int groups, string file);

    [LoggerMessage(92, LogLevel.Warning,
        "{Groups} bucket groups of the file of counts start empty, because the maximum number of groups, or of their memory, is reached; "
        + "raise --max-groups or --max-group-memory")]
    private partial void LogOverBound(int groups);

    [LoggerMessage(93, LogLevel.Warning,
        "The file of counts '{File}' ended with {Bytes} bytes of an incomplete write, which were removed; all counts before it are used")]
    private partial void LogCut(string file, long bytes);

    [LoggerMessage(94, LogLevel.Error,
        "The file of counts '{File}' was damaged; what could be read is used, and the damaged file was copied to {Copy}")]
    private partial void LogDamaged(string file, string copy);

    [LoggerMessage(95, LogLevel.Warning,
        "Counts are not kept over a restart, because the file '{File}' cannot be written: {Reason}. Make its folder writable, or name "
        + "another file with --counts, and start again")]
    private partial void LogNotKept(string file, string reason);

    [LoggerMessage(96, LogLevel.Warning,
        "The counts could not be written to '{File}': {Reason}. A crash loses the counts since then; further failures are not logged")]
    private partial void LogNotWritten(string file, string reason);

    [LoggerMessage(97, LogLevel.Information, "The counts are written to '{File}' again")]
    private partial void LogWritten(string file);
}
