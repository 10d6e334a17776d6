using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Orleans;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Executes an operation by the group's grain, wherever that is. An idempotent one is repeated once when it fails soon; an
/// acquisition without an id is not: the first may have reached its grain.
/// </summary>
internal sealed partial class GrainCalls(IGrainFactory factory, LimiterClock clock, CircuitBreaker breaker, ILogger log)
{
    /// <summary>How soon a call must have failed to be repeated: 100 ms. After that no caller waits for the answer.</summary>
    public static readonly TimeSpan RepeatWithin = TimeSpan.FromMilliseconds(100);

    private readonly GroupGrainFactory _grains = new(factory);
    private readonly Throttle _warnings = new(clock);

    /// <summary>Executes; never throws.</summary>
    /// <param name="request">The operation and its group.</param>
    /// <param name="locator">Learns where the group lives.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // else each call would leave some 300 bytes behind
    public async ValueTask<GroupReply> ExecuteAsync(GroupRequest request, GroupLocator locator)
    {
        Instant began = clock.Now;
        bool repeat = request.Operation.IsIdempotent;
        while (breaker.TryEnter())
        {
            GroupReplyData answer;
            try
            {
                answer = await _grains.Of(request.Key).ExecuteAsync(OperationMessage.Of(request.Operation)).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                // Any exception: for the caller, a grain that throws is as unavailable as a silo that has stopped.
                breaker.OnFailure();
                Failed(failure);
                if (!repeat || clock.Now - began > RepeatWithin)
                {
                    break;
                }

                repeat = false;
                continue;
            }

            breaker.OnReply();
            GroupReply reply = Understood(answer);
            locator.Found(request, reply, answer.Address, began);
            return reply;
        }

        return GroupReply.Unavailable();
    }

    /// <summary>What an answer says; where a silo did not understand the operation, it is logged.</summary>
    public GroupReply Understood(in GroupReplyData answer)
    {
        if (answer.Outcome == GroupReplyData.Unsupported && _warnings.TryPass())
        {
            LogNotUnderstood();
        }

        return answer.ToReply();
    }

    /// <summary>Logs a call that failed, a line a second at most.</summary>
    public void Failed(Exception failure)
    {
        if (_warnings.TryPass())
        {
            LogFailed(failure);
        }
    }

    [LoggerMessage(40, LogLevel.Warning, "A call to bucket groups failed. If there is no other reply, on-failure decides. Further failures within a second are not logged")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(41, LogLevel.Error, "A silo does not understand the rules of this front-end: it is older. Upgrade silos first")]
    private partial void LogNotUnderstood();
}
