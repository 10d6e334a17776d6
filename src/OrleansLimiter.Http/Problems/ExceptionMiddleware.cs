using Microsoft.AspNetCore.Connections;

namespace OrleansLimiter.Http;

/// <summary>
/// Responds to an unhandled exception with a problem that discloses nothing of the exception. A request that completes
/// synchronously needs no state machine.
/// </summary>
internal sealed partial class ExceptionMiddleware(
    RequestDelegate next, Problems problems, LimiterClock clock, ILogger<ExceptionMiddleware> log)
{
    private readonly ErrorInterval _interval = new(clock);

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
        catch (Exception exception) when (context.RequestAborted.IsCancellationRequested || IsOfConnection(exception))
        {
            // The caller or the host has closed the connection.
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            // Kestrel rejected the framing of the body. Its message is meant for the caller, except for a slow body: that message
            // names a setting of the server.
            await RefuseAsync(context, exception.StatusCode == StatusCodes.Status408RequestTimeout
                ? Problem.TooSlow
                : Problem.BadJson(exception.Message) with { Status = exception.StatusCode });
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            if (_interval.TryPass(out int unlogged))
            {
                string? call = context.GetEndpoint()?.DisplayName ?? DecisionMiddleware.NameOf(context);
                LogUnhandledException(exception, context.Request.Method, call, unlogged);
            }

            await RefuseAsync(context, new(ProblemReason.InternalError, "an internal error occurred; see the log of the limiter"));
        }
    }

    // The token is canceled later than a read fails.
    private static bool IsOfConnection(Exception exception) =>
        exception is ConnectionResetException or ConnectionAbortedException
        || exception.InnerException is ConnectionResetException or ConnectionAbortedException;

    private Task RefuseAsync(HttpContext context, Problem problem)
    {
        context.Response.Clear();
        return problems.WriteAsync(context, problem);
    }

    [LoggerMessage(
        1, LogLevel.Error, "A request ({Method}, {Call}) failed; this is a bug. Failures not logged since the last entry: {Unlogged}")]
    private partial void LogUnhandledException(Exception exception, string method, string? call, int unlogged);
}
