using System.Text;

namespace OrleansLimiter.Grpc;

/// <summary>
/// <c>POST /json</c>: a call of the rate limit service in the JSON form of Protocol Buffers, on the address of decisions.
/// </summary>
internal sealed class RateLimitJsonCall(BodyReader bodies, BufferBudget budget, RlsDecider decider, Problems problems)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public async Task InvokeAsync(HttpContext context)
    {
        RequestBody body = await bodies.ReadAsync(context);
        Problem? problem = body.Problem;
        RateLimitRequest? request = null;
        if (problem is null)
        {
            problem = Parse(body, out request);
            body.Release(context, budget);
        }

        RlsAnswer answer = problem is null ? await decider.DecideAsync(request!, within: null) : new(null, problem);
        if (answer.Problem is not null)
        {
            await problems.WriteAsync(context, answer.Problem);
            return;
        }

        byte[] json = Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(answer.Response));
        context.Response.StatusCode = answer.Response!.OverallCode == RateLimitResponse.Types.Code.Ok
            ? StatusCodes.Status200OK
            : StatusCodes.Status429TooManyRequests;
        context.Response.ContentType = JsonResponse.Json;
        context.Response.ContentLength = json.Length;
        await context.Response.BodyWriter.WriteAsync(json);
    }

    private static Problem? Parse(RequestBody body, out RateLimitRequest? request)
    {
        request = null;
        try
        {
            request = JsonParser.Default.Parse<RateLimitRequest>(StrictUtf8.GetString(body.Content));
            return null;
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            return Problem.BadJson($"the body is not a RateLimitRequest as JSON: {Quote.Cut(exception.Message)}");
        }
        catch (DecoderFallbackException)
        {
            return Problem.BadJson("the body is not UTF-8");
        }
    }
}
