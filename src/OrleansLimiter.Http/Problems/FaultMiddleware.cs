using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Http;

/// <summary>Lets nothing of a fault leave the process. Whatever was answered at once passes without a state machine.</summary>
internal sealed partial class FaultMiddleware(RequestDelegate next, Problems problems, ILogger<FaultMiddleware> log)
{
    public Task InvokeAsync(HttpContext context)
    {
        Task served;
        try
        {
            served = next(context);
        }
        catch (Exception exception)
        {
            served = Task.FromException(exception);
        }

        return served.IsCompletedSuccessfully ? served : WatchAsync(context, served);
    }

    private async Task WatchAsync(HttpContext context, Task served)
    {
        try
        {
            await served;
        }
        catch (Exception exception) when (context.RequestAborted.IsCancellationRequested || exception is ConnectionResetException)
        {
            // Nobody is there to be answered.
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
            LogFault(exception, context.Request.Method, context.GetEndpoint()?.DisplayName ?? DecisionMiddleware.NameOf(context));
            await RefuseAsync(
                context,
                new(ProblemReason.Fault, StatusCodes.Status500InternalServerError, "the limiter failed; its log says why"));
        }
    }

    private Task RefuseAsync(HttpContext context, Problem problem)
    {
        context.Response.Clear();
        return problems.AnswerAsync(context, problem);
    }

    [LoggerMessage(1, LogLevel.Error, "A request ({Method}, {Call}) failed; this is a bug")]
    private partial void LogFault(Exception exception, string method, string? call);
}
