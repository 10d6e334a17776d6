using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansLimiter.Policies.Decisions;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Groups that live in grains. A call reaches its group's grain wherever that is; whatever goes wrong on the way is
/// <see cref="GroupOutcome.Unavailable"/>, and how long to wait for it is the decision's business.
/// </summary>
/// <remarks>
/// A call that can be repeated harmlessly (it has an id, or only reads) is repeated once when it fails soon. A take without
/// an id is not: the first may have reached its grain.
/// </remarks>
public sealed partial class ClusterGroups : IGroups
{
    /// <summary>How soon a call must have failed to be repeated: 100 ms. Later, nobody waits for the answer any more.</summary>
    public static readonly TimeSpan RepeatWithin = TimeSpan.FromMilliseconds(100);

    private readonly GroupGrains _grains;
    private readonly LimiterClock _clock;
    private readonly Breaker _breaker;
    private readonly SiloFanOut _silos;
    private readonly ILogger<ClusterGroups> _log;
    private readonly Throttle _warnings;

    /// <summary>Creates the engine over a cluster's client.</summary>
    /// <param name="grains">The client, or a silo's own factory.</param>
    /// <param name="clock">The limiter's clock.</param>
    /// <param name="log">Where outages are told, a line a second at most.</param>
    /// <param name="options">What decisions wait for at most; null: the defaults.</param>
    public ClusterGroups(IGrainFactory grains, LimiterClock clock, ILogger<ClusterGroups> log, LimiterOptions? options = null)
    {
        (_grains, _clock, _log) = (new(grains), clock, log);
        (_silos, _warnings) = (new(grains), new(clock));
        _breaker = new(clock, (options ?? new()).Deadline * Breaker.DeadlinesOfSilence);
    }

    /// <summary>Whether the cluster has stopped answering; calls then fail at once, but for one now and then.</summary>
    public bool IsSilent => _breaker.IsOpen;

    /// <summary>Calls that were not made because the cluster was silent, since the start.</summary>
    public long CallsRefused => _breaker.Refused;

    /// <inheritdoc/>
    public ValueTask<GroupReply> TakeAsync(GroupKey key, GroupRules rules, int cost, TakeId id, bool hold) => AskAsync(
        key, new TakeMessage(rules, cost, id.Value, hold), id != TakeId.None, static (grain, message) => grain.TakeAsync(message));

    /// <inheritdoc/>
    public ValueTask<GroupReply> ReturnAsync(GroupKey key, GroupRules rules, int cost, TakeId id) => AskAsync(
        key, new ReturnMessage(rules, cost, id.Value), repeat: true, static (grain, message) => grain.ReturnAsync(message));

    /// <inheritdoc/>
    public ValueTask<GroupReply> ReadAsync(GroupKey key, GroupRules rules, int cost) => AskAsync(
        key, new ReadMessage(rules, cost), repeat: true, static (grain, message) => grain.ReadAsync(message));

    // Its answer is of no interest: a hold that nobody confirms becomes final by itself.
    /// <inheritdoc/>
    public async ValueTask ConfirmAsync(GroupKey key, TakeId id) => await AskAsync(
        key, new ConfirmMessage(id.Value), repeat: true, static (grain, message) => grain.ConfirmAsync(message)).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<BucketUsage>> UsageAsync(Account account) => _silos.UsageAsync(account);

    /// <inheritdoc/>
    public ValueTask<int> ResetAsync(Account account) => _silos.ResetAsync(account);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // else each call would leave some 300 bytes behind
    private async ValueTask<GroupReply> AskAsync<TMessage>(
        GroupKey key, TMessage message, bool repeat, Func<IGroupGrain, TMessage, ValueTask<GroupAnswer>> call)
    {
        Instant began = _clock.Now;
        while (_breaker.TryEnter())
        {
            try
            {
                GroupAnswer answer = await call(_grains.Of(key), message).ConfigureAwait(false);
                _breaker.Answered();
                return Understood(answer);
            }
            catch (Exception failure)
            {
                // Of whatever kind: to the caller, a grain that throws is as far away as a silo that is gone.
                _breaker.Failed();
                if (_warnings.TryPass())
                {
                    LogFailed(failure);
                }

                if (!repeat || _clock.Now - began > RepeatWithin)
                {
                    break;
                }

                repeat = false;
            }
        }

        return GroupReply.Unavailable();
    }

    private GroupReply Understood(in GroupAnswer answer)
    {
        if (answer.Outcome == GroupAnswer.Unsupported && _warnings.TryPass())
        {
            LogNotUnderstood();
        }

        return answer.ToReply();
    }

    [LoggerMessage(40, LogLevel.Warning, "A call to a group failed; on-failure decides where it counts. Further ones within a second are not told")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(41, LogLevel.Error, "A silo does not understand the rules of this front-end: it is older. Upgrade silos first")]
    private partial void LogNotUnderstood();
}
