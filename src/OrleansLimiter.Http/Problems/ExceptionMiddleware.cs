using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Http;

/// <summary>
/// Answers an unhandled exception with a problem that shows nothing of the exception. A request that completes synchronously
/// passes without a state machine.
/// </summary>
internal sealed partial class ExceptionMiddleware(RequestDelegate next, Problems problems, ILogger<ExceptionMiddleware> log)
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
            // The caller has closed the connection.
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            // Kestrel rejected the framing of the body while it was read. Its message is meant for the caller, except for a
            // slow body: there it names a setting of the server.
            string detail = exception.StatusCode == StatusCodes.Status408RequestTimeout ? "the body comes too slowly" : exception.Message;
            await RefuseAsync(context, new(ProblemReason.Json, exception.StatusCode, detail));
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            LogUnhandledException(exception, context.Request.Method, context.GetEndpoint()?.DisplayName ?? DecisionMiddleware.NameOf(context));
            await RefuseAsync(
                context,
                new(ProblemReason.InternalError, StatusCodes.Status500InternalServerError, "the limiter failed; its log says why"));
        }
    }

    private Task RefuseAsync(HttpContext context, Problem problem)
    {
        context.Response.Clear();
        return problems.WriteAsync(context, problem);
    }

    [LoggerMessage(1, LogLevel.Error, "A request ({Method}, {Call}) failed; this is a bug")]
    private partial void LogUnhandledException(Exception exception, string method, string? call);
}
