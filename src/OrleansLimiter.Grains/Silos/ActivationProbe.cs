using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Grains;

/// <summary>
/// Healthy once probe keys that are placed on this silo have been activated here and have decided. While a part of the grain directory is
/// held for a silo that crashed, some of them do not activate, so a rollout waits. It never becomes unhealthy again.
/// </summary>
/// <remarks>
/// The policy of the probe keys has an empty name, which no policy file can have. Their permits are forgotten after one second, and
/// the next sweep removes the grains.
/// </remarks>
internal sealed partial class ActivationProbe(
    IGrainFactory grains, IHostingSilos hosting, ILocalSiloDetails silo, SiloGroupRegistry groups, LimiterClock clock,
    ILogger<ActivationProbe> log) : BackgroundService, IHealthCheck
{
    /// <summary>
    /// The most probe keys: 256. Each one needs an entry in the grain directory; if a hundredth of the directory is held, 92 % of the
    /// starts find it.
    /// </summary>
    public const int MaxKeys = 256;

    /// <summary>The most keys that are probed at the same time: 16, so that requests of callers do not wait behind all of them.</summary>
    public const int MaxConcurrent = 16;

    /// <summary>The time between two rounds: 50 ms.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan LogPeriod = TimeSpan.FromSeconds(10);
    private static readonly GroupRules Rules = new(
        [new("probe", new(Algorithm.FixedWindow, Rule.MaxPermits, TimeSpan.FromSeconds(1)))], new(1, 0));

    private readonly GroupGrainFactory _grains = new(grains);
    private readonly int _keys = Math.Clamp(groups.Living.Max / 4, 1, MaxKeys);
    private volatile bool _passed;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_passed
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("not every probe key of this silo has been activated"));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Instant next = clock.Now + LogPeriod;
        HashSet<GroupKey> passed = [];
        for (int salt = 0; !stoppingToken.IsCancellationRequested; await Task.Delay(Period, clock.Time, stoppingToken))
        {
            GroupKey[] keys = KeysOf(salt);
            List<ProbeResult> results = [];
            foreach (GroupKey[] some in keys.Where(key => !passed.Contains(key)).Chunk(MaxConcurrent))
            {
                results.AddRange(await Task.WhenAll(some.Select(ProbeAsync)));
            }

            passed.UnionWith(results.Where(result => result.Outcome == ProbeOutcome.Passed).Select(result => result.Key));
            if (keys.Length > 0 && keys.All(passed.Contains))
            {
                _passed = true;
                LogPassed(keys.Length);
                return;
            }

            // A key that was activated elsewhere, before the other silos knew of this one, would stay there.
            salt += results.Any(result => result.Outcome == ProbeOutcome.Elsewhere) ? 1 : 0;
            if (keys.Length > 0 && clock.Now >= next)
            {
                next = clock.Now + LogPeriod;
                LogWaiting(keys.Count(key => !passed.Contains(key)), keys.Length);
            }
        }
    }

    // Keys that no earlier process has used, so that each one is a new activation. None until this silo is known as active.
    private GroupKey[] KeysOf(int salt)
    {
        HostingSilos silos = hosting.Current;
        SiloAddress own = silo.SiloAddress;
        return !silos.Silos.Contains(own) ? [] :
        [
            .. Enumerable.Range(0, int.MaxValue)
                .Select(i => new Account(AccountKind.Id, $"probe-{groups.Name}-{salt}-{i}"))
                .Where(account => own.Equals(silos.SiloOf(account)))
                .Take(_keys)
                .Select(account => GroupKey.ForAccount("", account)),
        ];
    }

    private async Task<ProbeResult> ProbeAsync(GroupKey key)
    {
        try
        {
            GroupReplyData reply = await _grains.Get(key).ExecuteAsync(OperationMessage.Of(BucketOperation.Acquire(Rules, 1)));
            return new(key, reply.Address is null || reply.Address.Silo == groups.Name ? ProbeOutcome.Passed : ProbeOutcome.Elsewhere);
        }
        catch (Exception)
        {
            return new(key, ProbeOutcome.Unreachable); // not yet active, or its part of the directory is held
        }
    }

    private enum ProbeOutcome
    {
        Passed,
        Elsewhere,
        Unreachable,
    }

    private readonly record struct ProbeResult(GroupKey Key, ProbeOutcome Outcome);

    [LoggerMessage(63, LogLevel.Information, "{Keys} probe keys were activated on this silo; it is ready as far as they are concerned")]
    private partial void LogPassed(int keys);

    [LoggerMessage(64, LogLevel.Warning,
        "{Missing} of {Keys} probe keys cannot be activated on this silo yet; it is not ready. Part of the grain directory may be held "
        + "for a silo that crashed")]
    private partial void LogWaiting(int missing, int keys);
}
