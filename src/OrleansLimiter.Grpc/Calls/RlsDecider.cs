using Microsoft.Extensions.Options;

namespace OrleansLimiter.Grpc;

/// <summary>The answer to a request: a response, or the problem with the request.</summary>
internal readonly record struct RlsAnswer(RateLimitResponse? Response, Problem? Problem = null);

/// <summary>Decides requests of Envoy's rate limit service, and counts the decisions.</summary>
internal sealed class RlsDecider(
    RlsDomains domains, Limiter limiter, LimiterClock clock, LimiterMetrics metrics, IOptions<LimiterHttpOptions> options)
{
    /// <summary>Decides a request. A request that is invalid acquires nothing.</summary>
    /// <param name="request">The request.</param>
    /// <param name="within">The time in which the answer is needed; null if the caller has no deadline.</param>
    public ValueTask<RlsAnswer> DecideAsync(RateLimitRequest request, TimeSpan? within)
    {
        int count = request.Descriptors.Count;
        if (request.Domain.Length == 0)
        {
            return Bad("domain", "the domain is empty; send that of a policy");
        }

        if (count is 0 or > DescriptorReader.MaxDescriptors)
        {
            return Bad("descriptors", $"there are {count} descriptors; 1 to {DescriptorReader.MaxDescriptors} are expected");
        }

        return domains.Find(request.Domain, out RlsPolicy? policy) is { } problem ? WithoutPolicy(problem, count)
            : count == 1 ? DecideOneAsync(policy!, request, within)
            : DecideSeveralAsync(policy!, request, within);
    }

    private ValueTask<RlsAnswer> WithoutPolicy(Problem problem, int descriptors) =>
        problem.Reason == ProblemReason.Policy && options.Value.RlsOnMissing is not RlsMissing.Error and var onMissing
            ? new(new RlsAnswer(RlsAnswers.Without(descriptors, onMissing == RlsMissing.Allow)))
            : new(new RlsAnswer(null, problem));

    private ValueTask<RlsAnswer> DecideOneAsync(RlsPolicy policy, RateLimitRequest request, TimeSpan? within)
    {
        string? error = DescriptorReader.Read(
            policy, request.Descriptors[0], request.HitsAddend, out LimitCall call, out string? missing);
        if (error is not null)
        {
            return Bad("descriptors[0]", error);
        }

        if (missing is not null)
        {
            return policy.OnMissing == RlsMissing.Error
                ? Bad("descriptors[0]", missing)
                : new(new RlsAnswer(RlsAnswers.Without(1, policy.OnMissing == RlsMissing.Allow)));
        }

        long began = clock.Time.GetTimestamp();
        ValueTask<Decision> pending = within is { } time
            ? limiter.CheckAsync(call.Policy, call.Request, time)
            : limiter.CheckAsync(call.Policy, call.Request);
        return pending.IsCompletedSuccessfully
            ? new(Answer(policy, pending.Result, call.Request.Peek, began))
            : AnswerAsync(policy, pending, call.Request.Peek, began);
    }

    private async ValueTask<RlsAnswer> AnswerAsync(RlsPolicy policy, ValueTask<Decision> pending, bool peek, long began) =>
        Answer(policy, await pending, peek, began);

    private RlsAnswer Answer(RlsPolicy policy, in Decision decision, bool peek, long began)
    {
        metrics.Decided(policy.Served.Tally, decision, peek, clock.Time.GetElapsedTime(began));
        return new(RlsAnswers.Of(policy, decision, clock.UtcNow));
    }

    private ValueTask<RlsAnswer> DecideSeveralAsync(RlsPolicy policy, RateLimitRequest request, TimeSpan? within)
    {
        var calls = new LimitCall[request.Descriptors.Count];
        var missing = new bool[calls.Length];
        int known = 0;
        for (int i = 0; i < calls.Length; i++)
        {
            string? error = DescriptorReader.Read(
                policy, request.Descriptors[i], request.HitsAddend, out LimitCall call, out string? unknown);
            error ??= policy.OnMissing == RlsMissing.Error ? unknown : null;
            if (error is not null)
            {
                return Bad($"descriptors[{i}]", error);
            }

            missing[i] = unknown is not null;
            if (unknown is null)
            {
                calls[known++] = call;
            }
        }

        if (known < calls.Length && policy.OnMissing == RlsMissing.Deny)
        {
            // The request is refused in any case, so its other descriptors are not charged.
            for (int i = 0; i < known; i++)
            {
                calls[i] = calls[i] with { Request = calls[i].Request with { Peek = true } };
            }
        }

        long began = clock.Time.GetTimestamp();
        ValueTask<Decision[]> pending = within is { } time
            ? limiter.CheckAllAsync(calls.AsMemory(0, known), time)
            : limiter.CheckAllAsync(calls.AsMemory(0, known));
        return pending.IsCompletedSuccessfully
            ? new(Answer(policy, calls, pending.Result, missing, began))
            : AnswerAsync(policy, calls, pending, missing, began);
    }

    private async ValueTask<RlsAnswer> AnswerAsync(
        RlsPolicy policy, LimitCall[] calls, ValueTask<Decision[]> pending, bool[] missing, long began) =>
        Answer(policy, calls, await pending, missing, began);

    private RlsAnswer Answer(RlsPolicy policy, LimitCall[] calls, Decision[] decisions, bool[] missing, long began)
    {
        TimeSpan took = clock.Time.GetElapsedTime(began);
        for (int i = 0; i < decisions.Length; i++)
        {
            metrics.Decided(policy.Served.Tally, decisions[i], calls[i].Request.Peek, took);
        }

        return new(RlsAnswers.Of(policy, decisions, missing, clock.UtcNow));
    }

    private static ValueTask<RlsAnswer> Bad(string field, string detail) =>
        new(new RlsAnswer(null, Problem.BadField(field, $"{field}: {detail}")));
}
