using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Http;

/// <summary>Gives every answer that no endpoint wrote a body, and lets nothing of a fault leave the process.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, Problems problems, ILogger<ProblemMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (context.RequestAborted.IsCancellationRequested || exception is ConnectionResetException)
        {
            return; // nobody is there to be answered
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            // What the server found wrong with the framing of a body while it was read. Its words suit the caller, but for
            // a slow one it names a setting of its own.
            string detail = exception.StatusCode == StatusCodes.Status408RequestTimeout ? "the body comes too slowly" : exception.Message;
            await RefuseAsync(context, new(ProblemReason.Json, exception.StatusCode, detail));
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            LogFault(exception, context.Request.Method, context.GetEndpoint()?.DisplayName);
            await RefuseAsync(
                context,
                new(ProblemReason.Fault, StatusCodes.Status500InternalServerError, "the limiter failed; its log says why"));
        }

        if (Unanswered(context) is { } problem)
        {
            await problems.AnswerAsync(context, problem);
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

    private Task RefuseAsync(HttpContext context, Problem problem)
    {
        context.Response.Clear();
        return problems.AnswerAsync(context, problem);
    }

    [LoggerMessage(1, LogLevel.Error, "A request ({Method}, {Call}) failed; this is a bug")]
    private partial void LogFault(Exception exception, string method, string? call);
}
