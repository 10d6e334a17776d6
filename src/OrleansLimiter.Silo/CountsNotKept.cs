using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Silo;

/// <summary>Says at the start that no storage keeps counts over a restart of all silos. A silo does not know the policies.</summary>
internal sealed partial class CountsNotKept(ILogger<CountsNotKept> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        LogNotKept();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(75, LogLevel.Warning,
        "Orleans:GrainStorage:counts:ProviderType is not set, so no storage keeps counts: limits with 'survive: restart' survive the crash "
        + "of a silo, but not a restart of all silos")]
    private partial void LogNotKept();
}
