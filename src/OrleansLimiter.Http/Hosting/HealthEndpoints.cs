using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansLimiter.Http;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it can decide, because no health check is unhealthy.</summary>
internal static class HealthEndpoints
{
    // Responses may be cached as far as the middleware is concerned: the writers set the header.
    public static void MapHealth(this RouteGroupBuilder group, Problems problems)
    {
        group.WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));
        group.MapHealthChecks("/healthz", new()
        {
            Predicate = check => false,
            AllowCachingResponses = true,
            ResponseWriter = (context, _) => WriteStatus(context, "healthy"),
        }).WithMetadata(DecisionDescriptions.Healthz);
        group.MapHealthChecks("/readyz", new()
        {
            AllowCachingResponses = true,
            ResponseWriter = (context, report) =>
                report.Status == HealthStatus.Unhealthy ? problems.WriteAsync(context, NotReady(report)) : WriteStatus(context, "ready"),
        }).WithMetadata(DecisionDescriptions.Readyz);
    }

    private static Problem NotReady(HealthReport report) => new(
        ProblemReason.Unavailable,
        StatusCodes.Status503ServiceUnavailable,
        string.Join("; ", report.Entries
            .Where(entry => entry.Value.Status == HealthStatus.Unhealthy)
            .Select(entry => $"{entry.Key}: {entry.Value.Description}")));

    private static Task WriteStatus(HttpContext context, string status)
    {
        JsonResponse answer = JsonResponse.Rent();
        answer.Writer.WriteStartObject();
        answer.Writer.WriteString("status"u8, status);
        answer.Writer.WriteEndObject();
        context.Response.Headers.CacheControl = "no-store";
        return answer.Send(context, StatusCodes.Status200OK, JsonResponse.Json);
    }
}
