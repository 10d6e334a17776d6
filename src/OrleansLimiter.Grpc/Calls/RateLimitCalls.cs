using Grpc.Core;

namespace OrleansLimiter.Grpc;

/// <summary>
/// <c>envoy.service.ratelimit.v3.RateLimitService</c>. A call that is canceled gets no answer, but its acquisition is completed, because it
/// may have been executed already.
/// </summary>
internal sealed class RateLimitCalls(RlsDecider decider, LimiterMetrics metrics) : RateLimitService.RateLimitServiceBase
{
    public override Task<RateLimitResponse> ShouldRateLimit(RateLimitRequest request, ServerCallContext context)
    {
        ValueTask<RlsAnswer> pending = decider.DecideAsync(request, RlsDeadline.Within(context.Deadline, DateTime.UtcNow));
        return pending.IsCompletedSuccessfully ? Task.FromResult(Response(pending.Result)) : ResponseAsync(pending);
    }

    private async Task<RateLimitResponse> ResponseAsync(ValueTask<RlsAnswer> pending) => Response(await pending);

    private RateLimitResponse Response(in RlsAnswer answer)
    {
        if (answer.Problem is not { } problem)
        {
            return answer.Response!;
        }

        metrics.BadRequest(problem.Reason);
        throw new RpcException(new(
            problem.Reason == ProblemReason.Policy ? StatusCode.NotFound : StatusCode.InvalidArgument, DisplayText.Escape(problem.Detail)));
    }
}
