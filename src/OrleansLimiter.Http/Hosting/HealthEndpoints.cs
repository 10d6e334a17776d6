using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansLimiter.Http;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: the process can decide, because no health check is unhealthy.</summary>
internal static class HealthEndpoints
{
    // AllowCachingResponses prevents the middleware from setting headers; the response writers set Cache-Control.
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
                report.Status == HealthStatus.Unhealthy ? problems.WriteAsync(context, NotReady(report))
                : WriteStatus(context, "ready", Details(report, HealthStatus.Degraded)),
        }).WithMetadata(DecisionDescriptions.Readyz);
    }

    private static Problem NotReady(HealthReport report) => new(
        ProblemReason.Unavailable,
        Details(report, HealthStatus.Unhealthy));

    private static string Details(HealthReport report, HealthStatus status) => string.Join("; ", report.Entries
        .Where(entry => entry.Value.Status == status)
        .Select(entry => $"{entry.Key}: {entry.Value.Description}"));

    private static Task WriteStatus(HttpContext context, string status, string details = "")
    {
        JsonResponse response = JsonResponse.Rent();
        response.Writer.WriteStartObject();
        response.Writer.WriteString("status"u8, status);
        if (details.Length > 0)
        {
            response.Writer.WriteString("detail"u8, details);
        }

        response.Writer.WriteEndObject();
        context.Response.Headers.CacheControl = "no-store";
        return response.Send(context, StatusCodes.Status200OK, JsonResponse.Json);
    }
}
