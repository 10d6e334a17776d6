using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansLimiter.Policies.Decisions;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Asks a group by its grain, wherever that is. A question that can be repeated harmlessly is repeated once when it fails
/// soon; a take without an id is not: the first may have reached its grain.
/// </summary>
internal sealed partial class GrainCalls(IGrainFactory factory, LimiterClock clock, Breaker breaker, ILogger log)
{
    /// <summary>How soon a call must have failed to be repeated: 100 ms. Later, nobody waits for the answer any more.</summary>
    public static readonly TimeSpan RepeatWithin = TimeSpan.FromMilliseconds(100);

    private readonly GroupGrains _grains = new(factory);
    private readonly Throttle _warnings = new(clock);

    /// <summary>Asks; never throws.</summary>
    /// <param name="key">The group.</param>
    /// <param name="ask">The question.</param>
    /// <param name="homes">Told where the group lives.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // else each call would leave some 300 bytes behind
    public async ValueTask<GroupReply> AskAsync(GroupKey key, GroupAsk ask, Homes homes)
    {
        Instant began = clock.Now;
        bool repeat = ask.CanBeRepeated;
        while (breaker.TryEnter())
        {
            GroupAnswer answer;
            try
            {
                answer = await CallAsync(_grains.Of(key), ask).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                // Of whatever kind: to the caller, a grain that throws is as far away as a silo that is gone.
                breaker.Failed();
                Failed(failure);
                if (!repeat || clock.Now - began > RepeatWithin)
                {
                    break;
                }

                repeat = false;
                continue;
            }

            breaker.Answered();
            GroupReply reply = Understood(answer);
            homes.Found(key, ask, reply, answer.Home, began);
            return reply;
        }

        return GroupReply.Unavailable();
    }

    /// <summary>What an answer says; where a silo did not understand the question, the log is told.</summary>
    public GroupReply Understood(in GroupAnswer answer)
    {
        if (answer.Outcome == GroupAnswer.Unsupported && _warnings.TryPass())
        {
            LogNotUnderstood();
        }

        return answer.ToReply();
    }

    /// <summary>Tells the log of a call that failed, a line a second at most.</summary>
    public void Failed(Exception failure)
    {
        if (_warnings.TryPass())
        {
            LogFailed(failure);
        }
    }

    private static ValueTask<GroupAnswer> CallAsync(IGroupGrain grain, in GroupAsk ask) => ask.Kind switch
    {
        AskKind.Confirm => grain.ConfirmAsync(new(ask.Id.Value)),
        AskKind.Return => grain.ReturnAsync(new(ask.Rules, ask.Cost, ask.Id.Value)),
        AskKind.Read => grain.ReadAsync(new(ask.Rules, ask.Cost)),
        _ => grain.TakeAsync(TakeMessage.Of(ask)),
    };

    [LoggerMessage(40, LogLevel.Warning, "A call of groups failed; where nobody else has the answer, on-failure decides. Further ones within a second are not told")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(41, LogLevel.Error, "A silo does not understand the rules of this front-end: it is older. Upgrade silos first")]
    private partial void LogNotUnderstood();
}
