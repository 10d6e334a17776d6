namespace OrleansLimiter.Http;

/// <summary>Adds a problem to a 404 or 405 response that has no body because no endpoint wrote it. gRPC has statuses of its own.</summary>
internal sealed class NoSuchCallMiddleware(RequestDelegate next, Problems problems)
{
    public Task InvokeAsync(HttpContext context) =>
        ConnectionOrigin.Of(context)?.Listener == Listeners.Grpc ? next(context) : ServeAsync(context);

    private async Task ServeAsync(HttpContext context)
    {
        await next(context);
        if (FindProblem(context) is { } problem)
        {
            await problems.WriteAsync(context, problem);
        }
    }

    private static Problem? FindProblem(HttpContext context) =>
        context.Response.HasStarted || context.GetEndpoint()?.Metadata.GetMetadata<ServedOn>() is not null
            ? null
            : context.Response.StatusCode switch
            {
                StatusCodes.Status404NotFound => new(ProblemReason.NotFound, "there is no such call on this address"),
                StatusCodes.Status405MethodNotAllowed => new(
                    ProblemReason.Method, $"this call supports only {context.Response.Headers.Allow}"),
                _ => null,
            };
}
