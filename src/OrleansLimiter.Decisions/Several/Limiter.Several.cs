namespace OrleansLimiter.Decisions;

// Several requests as one decision.
public sealed partial class Limiter
{
    /// <summary>
    /// Decides several requests together: all are allowed, or none acquires permits. All are allowed if each decision is. A request that
    /// only peeks acquires nothing, but its refusal refuses all. An outage does not throw: <c>on-failure</c> of each policy decides. The
    /// shortest deadline of the policies counts. The result must be awaited exactly once.
    /// </summary>
    /// <remarks>
    /// Requests of one bucket acquire the sum of their costs from it. Their readings are those after all of them or, if one is refused, as
    /// if none had been made. If the sum does not fit although each cost would, all requests that acquire from the bucket are refused.
    /// </remarks>
    /// <param name="calls">The requests. They must not be changed before the result.</param>
    /// <returns>
    /// One decision for each request, in order. <see cref="Decision.Allowed"/> tells whether the limits of this request admit it, also if
    /// another one is refused.
    /// </returns>
    public ValueTask<Decision[]> CheckAllAsync(ReadOnlyMemory<LimitCall> calls) => calls.Length switch
    {
        0 => new([]),
        1 => CheckOnlyAsync(calls.Span[0]),
        _ => CheckSeveralAsync(calls),
    };

    private async ValueTask<Decision[]> CheckOnlyAsync(LimitCall call) =>
        [await CheckAsync(call.Policy, call.Request).ConfigureAwait(false)];

    private async ValueTask<Decision[]> CheckSeveralAsync(ReadOnlyMemory<LimitCall> calls)
    {
        Deadline deadline = DeadlineOf(calls.Span[0].Policy);
        var plans = new Plan[calls.Length];
        var asked = new GroupRequest[calls.Length][];
        var replies = new GroupReply[calls.Length][];
        bool refused = false;
        for (int i = 0; i < calls.Length; i++)
        {
            LimitCall call = calls.Span[i];
            Deadline own = DeadlineOf(call.Policy);
            deadline = own.Due < deadline.Due ? own : deadline;
            plans[i] = PlanFor(call.Policy, call.Request);
            asked[i] = GroupRequests.All(call.Policy, plans[i], call.Request);
            replies[i] = new GroupReply[asked[i].Length];
            for (int g = 0; g < asked[i].Length; g++)
            {
                asked[i][g] = call.Request.Peek ? asked[i][g] : asked[i][g].With(OperationKind.Reserve, OperationId.New());
            }
        }

        foreach (bool peek in (bool[])[true, false])
        {
            for (int i = 0; i < calls.Length; i++)
            {
                for (int g = 0; g < asked[i].Length && calls.Span[i].Request.Peek == peek; g++)
                {
                    _calls.Execute(asked[i][g], deadline, late: null, out ValueTask<GroupReply> reply);
                    replies[i][g] = await reply.ConfigureAwait(false);
                    refused |= replies[i][g].Outcome == GroupOutcome.Refused;
                }
            }
        }

        var decisions = new Decision[calls.Length];
        for (int i = 0; i < calls.Length; i++)
        {
            for (int g = 0; g < asked[i].Length && !calls.Span[i].Request.Peek; g++)
            {
                _calls.Execute(
                    refused ? asked[i][g].With(OperationKind.Cancel, asked[i][g].Operation.Id) : asked[i][g].Commit(asked[i][g].Operation.Id),
                    deadline, late: null, out ValueTask<GroupReply> ended);
                await ended.ConfigureAwait(false);
            }
        }

        for (int i = 0; i < calls.Length; i++)
        {
            for (int g = 0; g < asked[i].Length; g++)
            {
                _calls.Execute(
                    asked[i][g].With(OperationKind.Read, OperationId.None), deadline, late: null, out ValueTask<GroupReply> reply);
                GroupReply read = await reply.ConfigureAwait(false);
                replies[i][g] = refused ? replies[i][g].Outcome == GroupOutcome.Refused ? replies[i][g] : read
                    : replies[i][g] with { Readings = Allowed(read.Readings) };
            }

            decisions[i] = DecisionComposer.Compose(calls.Span[i].Policy, plans[i], calls.Span[i].Request, replies[i]);
        }

        return decisions;
    }

    private static Readings Allowed(Readings readings)
    {
        var all = new Reading[readings.Count];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = readings[i] with { Verdict = Verdict.Allowed, RetryAfter = TimeSpan.Zero };
        }

        return new(all);
    }
}
