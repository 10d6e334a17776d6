using System.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace OrleansLimiter.AspNetCore;

/// <summary>
/// Creates the limiter when the app starts, so that its store begins to sweep, and an error stops the start. Reads changed policy files,
/// and logs what happens.
/// </summary>
internal sealed partial class LimiterService : IHostedService, IDisposable
{
    private readonly PolicyCatalog _catalog;
    private readonly Limiter _limiter;
    private readonly ErrorInterval _storeErrors;
    private readonly PolicyRefresh _refresh;
    private readonly ILogger _log;

    public LimiterService(PolicyCatalog catalog, DecisionSource source, LimiterClock clock, ILogger<LimiterService> log)
    {
        (_catalog, _limiter, _storeErrors, _log) = (catalog, source.Local, new(clock), log);
        _refresh = new(catalog, clock.Time, Report, LogException);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (PolicyEntry entry in _catalog.Current.Policies.Values)
        {
            LogLoaded(entry.Policy.Name, entry.Policy.Definition.Generation, DisplayText.Escape(entry.File));
        }

        _limiter.StoreFailed += NoteFailure;
        _refresh.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _limiter.StoreFailed -= NoteFailure;
        _refresh.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _refresh.Dispose();

    private void Report(PolicyChange change)
    {
        string file = DisplayText.Escape(change.File);
        foreach (PolicyError warning in change.Warnings)
        {
            LogWarning(DisplayText.Escape(warning.ToString()));
        }

        switch (change.Kind)
        {
            case PolicyChangeKind.Loaded or PolicyChangeKind.Replaced:
                LogLoaded(change.Policy, _catalog.Current.Policies[change.Policy!].Policy.Definition.Generation, file);
                break;
            case PolicyChangeKind.Refused:
                LogRefused(file, DisplayText.Escape(string.Join("; ", change.Errors)));
                break;
            case PolicyChangeKind.Missing:
                LogMissing(change.Policy, file, _catalog.RemovalDelay);
                break;
            case PolicyChangeKind.Removed:
                LogRemoved(change.Policy, file);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void NoteFailure(Exception exception)
    {
        if (_storeErrors.TryPass(out int unlogged))
        {
            LogStoreFailed(exception, unlogged);
        }
    }

    [LoggerMessage(
        2, LogLevel.Error, "The store failed, and on-failure decides; this is a bug. Failures not logged since the last entry: {Unlogged}")]
    private partial void LogStoreFailed(Exception exception, int unlogged);

    [LoggerMessage(10, LogLevel.Information, "Policy {Policy}, generation {Generation}, is in force ({File})")]
    private partial void LogLoaded(string? policy, int generation, string file);

    [LoggerMessage(11, LogLevel.Warning, "Policy {Policy} is no longer in force: its file was removed ({File})")]
    private partial void LogRemoved(string? policy, string file);

    [LoggerMessage(12, LogLevel.Error, "A change of {File} is refused; the policy in force stays. {Errors}")]
    private partial void LogRefused(string file, string errors);

    [LoggerMessage(13, LogLevel.Warning, "{Warning}")]
    private partial void LogWarning(string warning);

    [LoggerMessage(14, LogLevel.Error, "Checking the policy files failed; the next check follows in one second")]
    private partial void LogException(Exception exception);

    [LoggerMessage(15, LogLevel.Warning, "The file of policy {Policy} is missing ({File}). The policy stays in force for at least {Delay}")]
    private partial void LogMissing(string? policy, string file, TimeSpan delay);
}
