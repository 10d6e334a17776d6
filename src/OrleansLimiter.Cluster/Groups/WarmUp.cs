using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Decides requests of internal policies before the front-end is ready, so that the first requests of callers do not wait for the JIT
/// compiler, for connections to silos and for serializers. Ends when a burst of concurrent requests was decided well within the deadline
/// several times, at the latest after a few seconds: a front-end does not wait for one slow silo.
/// </summary>
/// <remarks>
/// The name of the policies is empty, which no policy file can have and no request can select. Metrics do not count the decisions. Their
/// permits are forgotten after one second, and the next sweep of the silos removes the groups.
/// </remarks>
internal sealed partial class WarmUp(
    IServiceProvider services, ClusterOverrides overrides, LimiterOptions options, LimiterClock clock, ILogger<WarmUp> log)
    : BackgroundService, IHealthCheck
{
    /// <summary>The number of concurrent requests of a burst: 64.</summary>
    public const int Callers = 64;

    /// <summary>The number of consecutive good bursts that are enough: 3.</summary>
    public const int GoodBursts = 3;

    /// <summary>The time after which no further burst begins: 4 s.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(4);

    /// <summary>The time between two looks for the cluster: 50 ms.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    private volatile bool _done;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_done ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("the first decisions are still being prepared"));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();

        // Before that there is no connection, and each call would be logged as a failure.
        while (!overrides.IsLoaded)
        {
            await Task.Delay(Period, clock.Time, stoppingToken);
        }

        if (services.GetService<Limiter>() is { } limiter)
        {
            await DecideAsync(limiter, stoppingToken);
        }

        _done = true;
    }

    private async Task DecideAsync(Limiter limiter, CancellationToken stoppingToken)
    {
        Policy[] policies = WarmUpPolicies.Create();
        long began = clock.Time.GetTimestamp();
        int bursts = 0;
        for (int good = 0; good < GoodBursts && clock.Time.GetElapsedTime(began) < MaxTime; bursts++)
        {
            stoppingToken.ThrowIfCancellationRequested();
            long burst = clock.Time.GetTimestamp();
            bool[] decided = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(
                () => DecideAsync(limiter, policies), stoppingToken)));
            TimeSpan each = clock.Time.GetElapsedTime(burst) / (2 * policies.Length);
            good = Array.TrueForAll(decided, one => one) && each < options.Deadline / 4 ? good + 1 : 0;
        }

        LogDone(bursts, clock.Time.GetElapsedTime(began));
    }

    // The first decision of an account activates its groups; the second one finds them.
    private static async Task<bool> DecideAsync(Limiter limiter, Policy[] policies)
    {
        var account = new Account(AccountKind.Id, $"warm-up-{Guid.NewGuid():n}");
        bool decided = true;
        foreach (Policy policy in policies)
        {
            for (int i = 0; i < 2; i++)
            {
                Decision decision = await limiter.CheckAsync(policy, WarmUpPolicies.RequestOf(policy, account)).ConfigureAwait(false);
                decided &= (decision.Notes & DecisionNotes.FailureDecided) == 0;
            }
        }

        return decided;
    }

    [LoggerMessage(73, LogLevel.Information, "Decisions were prepared by {Bursts} bursts of requests in {Elapsed}")]
    private partial void LogDone(int bursts, TimeSpan elapsed);
}
