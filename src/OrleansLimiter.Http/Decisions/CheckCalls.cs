using System.Buffers;

namespace OrleansLimiter.Http;

/// <summary><c>POST /v1/check</c> and <c>POST /v1/check/batch</c>.</summary>
internal sealed class CheckCalls(
    ServedPolicies policies, Decider decider, LimiterClock clock, Problems problems)
{
    public Task CheckAsync(HttpContext context)
    {
        ValueTask<(Problem?, ReadOnlySequence<byte>)> body = BodyReader.ReadAsync(context);
        return body.IsCompletedSuccessfully ? Check(context, body.Result) : CheckLaterAsync(context, body);
    }

    public Task BatchAsync(HttpContext context)
    {
        ValueTask<(Problem?, ReadOnlySequence<byte>)> body = BodyReader.ReadAsync(context);
        return body.IsCompletedSuccessfully ? Batch(context, body.Result) : BatchLaterAsync(context, body);
    }

    private async Task CheckLaterAsync(HttpContext context, ValueTask<(Problem?, ReadOnlySequence<byte>)> body) =>
        await Check(context, await body);

    private async Task BatchLaterAsync(HttpContext context, ValueTask<(Problem?, ReadOnlySequence<byte>)> body) =>
        await Batch(context, await body);

    private Task Check(HttpContext context, (Problem? Problem, ReadOnlySequence<byte> Content) body)
    {
        ResolvedCheck check = default;
        Problem? problem = body.Problem;
        if (problem is null)
        {
            problem = CheckReader.One(body.Content, policies.Current, out check);
            context.Request.BodyReader.AdvanceTo(body.Content.End);
        }

        if (problem is not null)
        {
            return problems.WriteAsync(context, problem);
        }

        ValueTask<Decision> pending = decider.DecideAsync(check);
        return pending.IsCompletedSuccessfully ? Respond(context, pending.Result) : RespondLaterAsync(context, pending);
    }

    private async Task RespondLaterAsync(HttpContext context, ValueTask<Decision> pending) => await Respond(context, await pending);

    private Task Batch(HttpContext context, (Problem? Problem, ReadOnlySequence<byte> Content) body)
    {
        Batch batch = Http.Batch.Rent();
        Problem? problem = body.Problem;
        if (problem is null)
        {
            problem = CheckReader.Many(body.Content, policies.Current, batch.Checks);
            context.Request.BodyReader.AdvanceTo(body.Content.End);
        }

        if (problem is not null)
        {
            batch.Return();
            return problems.WriteAsync(context, problem);
        }

        ValueTask pending = batch.DecideAsync(decider);
        return pending.IsCompletedSuccessfully ? Respond(context, batch) : RespondLaterAsync(context, batch, pending);
    }

    private static async Task RespondLaterAsync(HttpContext context, Batch batch, ValueTask pending)
    {
        await pending;
        await Respond(context, batch);
    }

    private Task Respond(HttpContext context, in Decision decision)
    {
        int reported = Reporting.Of(decision);
        var headers = new ResponseHeaders(context.Response.Headers);
        decision.Policy.Templates.WriteHeaders(decision, reported, clock.UtcNow, ref headers);
        FailureHeader.Write(context.Response.Headers, decision.Notes);
        JsonResponse response = JsonResponse.Rent();
        DecisionJson.Write(response.Writer, decision, reported);
        return response.Send(
            context, decision.Allowed ? StatusCodes.Status200OK : StatusCodes.Status429TooManyRequests, JsonResponse.Json);
    }

    private static Task Respond(HttpContext context, Batch batch)
    {
        DecisionNotes notes = DecisionNotes.None;
        JsonResponse response = JsonResponse.Rent();
        response.Writer.WriteStartArray();
        foreach (ref readonly Decision decision in batch.Decisions)
        {
            notes |= decision.Notes;
            DecisionJson.Write(response.Writer, decision, Reporting.Of(decision));
        }

        response.Writer.WriteEndArray();
        batch.Return();
        FailureHeader.Write(context.Response.Headers, notes);
        return response.Send(context, StatusCodes.Status200OK, JsonResponse.Json);
    }
}
