using System.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace OrleansLimiter.Http;

/// <summary>Reads changed policy files every second, and reports each change in the log and in metrics.</summary>
internal sealed partial class PolicyWatcher(
    PolicyCatalog catalog, LimiterClock clock, LimiterMetrics metrics, ILogger<PolicyWatcher> log) : IHostedService, IDisposable
{
    private PolicyRefresh? _refresh;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (PolicyEntry entry in catalog.Current.Policies.Values)
        {
            LogLoaded(entry.Policy.Name, entry.Policy.Definition.Generation, DisplayText.Escape(entry.File));
        }

        _refresh = new(catalog, clock.Time, Report, LogException);
        _refresh.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _refresh?.Dispose();

    /// <summary>Removes a policy whose file is missing. Returns whether it was in force and is removed.</summary>
    public bool Remove(string policy)
    {
        IReadOnlyList<PolicyChange> changes = catalog.Remove(policy);
        foreach (PolicyChange change in changes)
        {
            Report(change);
        }

        return changes.Any(change => change.Kind == PolicyChangeKind.Removed && change.Policy == policy);
    }

    private void Report(PolicyChange change)
    {
        if (change.Kind != PolicyChangeKind.Missing)
        {
            metrics.PolicyChange(change.Kind != PolicyChangeKind.Refused);
        }

        foreach (PolicyError warning in change.Warnings)
        {
            LogWarning(DisplayText.Escape(warning.ToString()));
        }

        string file = DisplayText.Escape(change.File);

        switch (change.Kind)
        {
            case PolicyChangeKind.Refused:
                LogRefused(file, DisplayText.Escape(string.Join("; ", change.Errors)));
                break;
            case PolicyChangeKind.Missing:
                LogMissing(change.Policy, file, catalog.RemovalDelay);
                break;
            case PolicyChangeKind.Removed:
                LogRemoved(change.Policy, file);
                break;
            case PolicyChangeKind.Loaded or PolicyChangeKind.Replaced:
                LogLoaded(change.Policy, Generation(change.Policy), file);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private int? Generation(string? policy) =>
        policy is not null && catalog.Current.Policies.TryGetValue(policy, out PolicyEntry? entry)
            ? entry.Policy.Definition.Generation
            : null;

    [LoggerMessage(10, LogLevel.Information, "Policy {Policy}, generation {Generation}, is in force ({File})")]
    private partial void LogLoaded(string? policy, int? generation, string file);

    [LoggerMessage(11, LogLevel.Warning, "Policy {Policy} is no longer in force: its file was removed ({File})")]
    private partial void LogRemoved(string? policy, string file);

    [LoggerMessage(12, LogLevel.Error, "A change of {File} is refused; the policy in force stays. {Errors}")]
    private partial void LogRefused(string file, string errors);

    [LoggerMessage(13, LogLevel.Warning, "{Warning}")]
    private partial void LogWarning(string warning);

    [LoggerMessage(14, LogLevel.Error, "Checking the policy files failed; the next check follows in one second")]
    private partial void LogException(Exception exception);

    [LoggerMessage(15, LogLevel.Warning,
        "The file of policy {Policy} is missing ({File}). The policy stays in force for {Delay}; the last policies of a folder stay until "
        + "their removal is confirmed")]
    private partial void LogMissing(string? policy, string file, TimeSpan delay);
}
