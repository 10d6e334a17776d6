using Microsoft.AspNetCore.Http;

namespace OrleansLimiter.Http;

/// <summary>Gives every answer that no endpoint wrote a body.</summary>
internal sealed class NoSuchCallMiddleware(RequestDelegate next, Problems problems)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (Unanswered(context) is { } problem)
        {
            await problems.WriteAsync(context, problem);
        }
    }

    private static Problem? Unanswered(HttpContext context) =>
        context.Response is { HasStarted: true } || context.GetEndpoint()?.Metadata.GetMetadata<ServedOn>() is not null
            ? null
            : context.Response.StatusCode switch
            {
                StatusCodes.Status404NotFound => new(
                    ProblemReason.NotFound, StatusCodes.Status404NotFound, "there is no such call on this address"),
                StatusCodes.Status405MethodNotAllowed => new(
                    ProblemReason.Method, StatusCodes.Status405MethodNotAllowed, $"this call wants {context.Response.Headers.Allow}"),
                _ => null,
            };
}
