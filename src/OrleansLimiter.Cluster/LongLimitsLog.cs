using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Cluster;

/// <summary>Says once, at the start of a front-end, which long limits do not survive a restart of all silos.</summary>
internal sealed partial class LongLimitsLog(IServiceProvider services, ILogger<LongLimitsLog> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (PolicyEntry entry in services.GetService<PolicyCatalog>()?.Current.Policies.Values ?? [])
        {
            if (LongLimits.NoteOf(entry.Policy.Definition) is { } note)
            {
                LogNote(entry.Policy.Name, note);
            }
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(76, LogLevel.Information, "Policy {Policy}: {Note}")]
    private partial void LogNote(string policy, string note);
}
