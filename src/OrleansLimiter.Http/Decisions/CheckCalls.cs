using System.Buffers;
using Microsoft.AspNetCore.Http;
using OrleansLimiter.Policies.Decisions;
using OrleansLimiter.Policies.Responses;

namespace OrleansLimiter.Http;

/// <summary><c>POST /v1/check</c> and <c>POST /v1/check/batch</c>.</summary>
internal sealed class CheckCalls(
    ServedPolicies policies, Decider decider, LimiterClock clock, Problems problems)
{
    public async Task CheckAsync(HttpContext context)
    {
        (Problem? problem, ReadOnlySequence<byte> body) = await BodyReader.ReadAsync(context);
        ResolvedCheck check = default;
        if (problem is null)
        {
            problem = CheckReader.One(body, policies.Current, out check);
            context.Request.BodyReader.AdvanceTo(body.End);
        }

        if (problem is not null)
        {
            await problems.AnswerAsync(context, problem);
            return;
        }

        await AnswerAsync(context, await decider.DecideAsync(check));
    }

    public async Task BatchAsync(HttpContext context)
    {
        (Problem? problem, ReadOnlySequence<byte> body) = await BodyReader.ReadAsync(context);
        List<ResolvedCheck> checks = [];
        if (problem is null)
        {
            problem = CheckReader.Many(body, policies.Current, checks);
            context.Request.BodyReader.AdvanceTo(body.End);
        }

        if (problem is not null)
        {
            await problems.AnswerAsync(context, problem);
            return;
        }

        await AnswerAsync(context, await Batch.DecideAsync(decider, checks));
    }

    private Task AnswerAsync(HttpContext context, in Decision decision)
    {
        int reported = Reporting.Of(decision);
        var headers = new ResponseHeaders(context.Response.Headers);
        decision.Policy.Templates.WriteHeaders(decision, reported, clock.UtcNow, ref headers);
        FailureHeader.Write(context.Response.Headers, decision.Notes);
        JsonAnswer answer = JsonAnswer.Rent();
        DecisionJson.Write(answer.Writer, decision, reported);
        return answer.Send(
            context, decision.Allowed ? StatusCodes.Status200OK : StatusCodes.Status429TooManyRequests, JsonAnswer.Json);
    }

    private static Task AnswerAsync(HttpContext context, Decision[] decisions)
    {
        DecisionNotes notes = DecisionNotes.None;
        JsonAnswer answer = JsonAnswer.Rent();
        answer.Writer.WriteStartArray();
        foreach (ref readonly Decision decision in decisions.AsSpan())
        {
            notes |= decision.Notes;
            DecisionJson.Write(answer.Writer, decision, Reporting.Of(decision));
        }

        answer.Writer.WriteEndArray();
        FailureHeader.Write(context.Response.Headers, notes);
        return answer.Send(context, StatusCodes.Status200OK, JsonAnswer.Json);
    }
}
