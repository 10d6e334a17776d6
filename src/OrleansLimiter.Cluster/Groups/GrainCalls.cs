using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace OrleansLimiter.Cluster;

/// <summary>
/// Executes operations by calls to the grains of groups. If a call fails soon, an idempotent operation is repeated once. An acquisition
/// without an id is not repeated, because the grain may have executed it. A call that Orleans has rejected is repeated until the
/// deadline.
/// </summary>
internal sealed partial class GrainCalls(
    IGrainFactory factory, LimiterClock clock, CircuitBreaker breaker, TimeSpan deadline, ILogger log)
{
    /// <summary>The time within which a call must fail to be repeated: 100 ms. After that, no caller waits for the reply.</summary>
    public static readonly TimeSpan RepeatWithin = TimeSpan.FromMilliseconds(100);

    // The pauses before a rejected call is repeated. The first ones are at once, because a silo that stops can be in the caches of several
    // silos, and a rejection can remove it from one of them. At the end of its stop it rejects calls until it has left the membership.
    // The last pause is that of all further repetitions. The clock is that of Orleans.
    private static readonly TimeSpan[] s_pauses =
        [.. new[] { 0, 0, 10, 20, 40 }.Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds))];

    private readonly GroupGrainFactory _grains = new(factory);
    private readonly Throttle _warnings = new(clock);

    /// <summary>
    /// Whether the message was not executed: Orleans has rejected it, because it was not delivered or its silo has stopped. The counts of
    /// a silo that has crashed are lost, so the operation can be executed again on another silo.
    /// </summary>
    public static bool IsRejection(Exception failure) => failure is OrleansMessageRejectionException;

    /// <summary>Executes an operation. Never throws.</summary>
    /// <param name="request">The operation and its group.</param>
    /// <param name="locator">Receives the location of the group.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // otherwise each call allocates about 300 bytes
    public async ValueTask<GroupReply> ExecuteAsync(GroupRequest request, GroupLocator locator)
    {
        Instant began = clock.Now;
        TimeSpan paused = TimeSpan.Zero; // the clock of the limiter can stand still in a test
        for (int attempt = 0; breaker.TryEnter(); attempt++)
        {
            GroupReplyData data;
            try
            {
                data = await _grains.Get(request.Key).ExecuteAsync(OperationMessage.Of(request.Operation)).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                // Any exception: for the caller, a grain that throws is as unavailable as a silo that has stopped.
                breaker.OnFailure();
                OnFailure(failure);
                (int repetitions, TimeSpan within) = IsRejection(failure) ? (int.MaxValue, deadline)
                    : (request.Operation.IsIdempotent ? 1 : 0, RepeatWithin);
                TimeSpan pause = s_pauses[Math.Min(attempt, s_pauses.Length - 1)];
                paused += pause;
                if (attempt >= repetitions || paused > within || clock.Now - began + pause > within)
                {
                    break;
                }

                await Task.Delay(pause).ConfigureAwait(false);
                continue;
            }

            breaker.OnReply();
            GroupReply reply = ToReply(data);
            locator.OnReply(request, reply, data.Address, began);
            return reply;
        }

        return GroupReply.Unavailable();
    }

    /// <summary>Converts a reply. If the silo does not support the operation, this is logged, at most once per second.</summary>
    public GroupReply ToReply(in GroupReplyData data)
    {
        if (data.Outcome == GroupReplyData.Unsupported && _warnings.TryPass())
        {
            LogUnsupported();
        }

        return data.ToReply();
    }

    /// <summary>Logs a failed call, at most one line per second. The message of the exception can have the name of an account.</summary>
    public void OnFailure(Exception failure)
    {
        if (_warnings.TryPass())
        {
            LogFailed(failure.GetType().Name);
            LogException(failure);
        }
    }

    [LoggerMessage(40, LogLevel.Warning,
        "A call to bucket groups failed ({Failure}). If there is no other reply, on-failure decides. Further failures within 1 s are not "
        + "logged")]
    private partial void LogFailed(string failure);

    [LoggerMessage(42, LogLevel.Debug, "The exception of the failed call")]
    private partial void LogException(Exception failure);

    [LoggerMessage(41, LogLevel.Error,
        "A silo does not support the rules of this front-end, because the silo has an older version. Upgrade silos first")]
    private partial void LogUnsupported();
}
