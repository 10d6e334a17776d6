namespace OrleansLimiter.Http;

/// <summary><c>POST /v1/check</c> and <c>POST /v1/check/batch</c>.</summary>
internal sealed class CheckCalls(
    ServedPolicies policies, Decider decider, LimiterClock clock, Problems problems, BodyReader bodies, BufferBudget budget,
    LongRequestQueue turns)
{
    // A longer response does not fit into the buffer of a connection.
    private const long LongResponse = LongRequestQueue.LongBatch * (long)Http.Batch.BytesPerDecision;

    public Task CheckAsync(HttpContext context)
    {
        ValueTask<RequestBody> body = bodies.ReadAsync(context);
        return body.IsCompletedSuccessfully ? Check(context, body.Result) : CheckLaterAsync(context, body);
    }

    public Task BatchAsync(HttpContext context)
    {
        ValueTask<RequestBody> body = bodies.ReadAsync(context);
        return body.IsCompletedSuccessfully ? Batch(context, body.Result) : BatchLaterAsync(context, body);
    }

    private async Task CheckLaterAsync(HttpContext context, ValueTask<RequestBody> body) =>
        await Check(context, await body);

    private async Task BatchLaterAsync(HttpContext context, ValueTask<RequestBody> body) =>
        await Batch(context, await body);

    private Task Check(HttpContext context, RequestBody body)
    {
        ResolvedCheck check = default;
        Problem? problem = body.Problem;
        if (problem is null)
        {
            problem = CheckReader.One(body.Content, policies.Current, out check);
            body.Release(context, budget);
        }

        if (problem is not null)
        {
            return problems.WriteAsync(context, problem);
        }

        ValueTask<Decision> pending = decider.DecideAsync(check);
        return pending.IsCompletedSuccessfully ? Respond(context, pending.Result) : RespondLaterAsync(context, pending);
    }

    private async Task RespondLaterAsync(HttpContext context, ValueTask<Decision> pending) => await Respond(context, await pending);

    private Task Batch(HttpContext context, RequestBody body)
    {
        Batch batch = Http.Batch.Rent();
        Problem? problem = body.Problem;
        long length = body.Content.Length;
        if (problem is null)
        {
            problem = CheckReader.Many(body.Content, policies.Current, batch);
            body.Release(context, budget);
        }

        long reserved = batch.Length is > LongResponse and var response ? response : 0;
        if (problem is null && reserved > 0 && !budget.TryReserve(reserved))
        {
            problem = BufferBudget.Exhausted;
        }

        if (problem is not null)
        {
            batch.Return();
            return problems.WriteAsync(context, problem);
        }

        if (reserved > 0)
        {
            return LongBatchAsync(context, batch, reserved, hasTurn: length > LongRequestQueue.LongBody);
        }

        ValueTask pending = batch.DecideAsync(decider);
        return pending.IsCompletedSuccessfully ? Respond(context, batch) : RespondLaterAsync(context, batch, pending);
    }

    private async Task RespondLaterAsync(HttpContext context, Batch batch, ValueTask pending)
    {
        await pending;
        await Respond(context, batch);
    }

    private async Task LongBatchAsync(HttpContext context, Batch batch, long reserved, bool hasTurn)
    {
        try
        {
            if (!hasTurn)
            {
                await turns.TakeTurn();
            }

            ValueTask pending = batch.DecideAsync(decider);
            if (!pending.IsCompletedSuccessfully)
            {
                await pending;
                await turns.TakeTurn();
            }

            await Respond(context, batch, isLong: true);
            await context.Response.BodyWriter.FlushAsync(); // waits until the caller has read what exceeds the buffer
        }
        finally
        {
            budget.Release(reserved);
        }
    }

    private Task Respond(HttpContext context, in Decision decision)
    {
        int reported = Reporting.Of(decision);
        var headers = new ResponseHeaders(context.Response.Headers);
        decision.Policy.Templates.WriteHeaders(decision, reported, clock.UtcNow, ref headers);
        FailureHeader.Write(decision.Notes, ref headers);
        JsonResponse response = JsonResponse.Rent();
        DecisionJson.Write(response.Writer, decision, reported);
        return response.Send(
            context, decision.Allowed ? StatusCodes.Status200OK : StatusCodes.Status429TooManyRequests, JsonResponse.Json);
    }

    private Task Respond(HttpContext context, Batch batch, bool isLong = false)
    {
        DecisionNotes notes = DecisionNotes.None;
        JsonResponse response = isLong ? JsonResponse.RentLong() : JsonResponse.Rent();
        if (batch.Options == BatchOptions.None)
        {
            response.Writer.WriteStartArray();
            foreach (ref readonly Decision decision in batch.Decisions)
            {
                notes |= decision.Notes;
                DecisionJson.Write(response.Writer, decision, Reporting.Of(decision));
            }

            response.Writer.WriteEndArray();
        }
        else
        {
            notes = BatchWriter.Write(response.Writer, batch, clock.UtcNow, problems);
            context.Response.Headers.XContentTypeOptions = "nosniff"; // problems and bodies repeat text of callers
        }

        batch.Return();
        var headers = new ResponseHeaders(context.Response.Headers);
        FailureHeader.Write(notes, ref headers);
        return response.Send(context, StatusCodes.Status200OK, JsonResponse.Json);
    }
}
