using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Silo;

/// <summary>
/// Waits before the start of the silo until its membership table can be reached. Orleans would end with an error, and supervisors start
/// a process that fails again and again less and less often. Other errors, like a wrong password, end the start at once.
/// </summary>
internal sealed partial class MembershipTableWait(IMembershipTable table, LimiterClock clock, ILogger<MembershipTableWait> log)
    : IHostedService
{
    /// <summary>The time between two attempts: 1 s.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private const int AttemptsPerLogEntry = 60;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        for (int attempts = 0; ; attempts++)
        {
            try
            {
                await table.InitializeMembershipTableAsync(tryInitTableVersion: true, cancellationToken);
                return;
            }
            catch (Exception error) when (IsUnreachable(error) && !cancellationToken.IsCancellationRequested)
            {
                if (attempts % AttemptsPerLogEntry == 0)
                {
                    LogWaiting(error.Message);
                }
            }

            await Task.Delay(Period, clock.Time, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether a store could not be reached, as opposed to a store that refuses the operation.</summary>
    internal static bool IsUnreachable(Exception error) =>
        error is SocketException or TimeoutException or DbException { IsTransient: true } or StackExchange.Redis.RedisConnectionException
        || (error is AggregateException several && several.InnerExceptions.Any(IsUnreachable))
        || (error.InnerException is { } inner && IsUnreachable(inner));

    [LoggerMessage(74, LogLevel.Warning,
        "The membership table cannot be reached ({Reason}); the start of the silo waits, and tries again every second")]
    private partial void LogWaiting(string reason);
}
