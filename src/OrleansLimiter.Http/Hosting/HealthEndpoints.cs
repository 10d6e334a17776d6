using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansLimiter.Http;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it can decide, because no health check is unhealthy.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        Problems problems = endpoints.ServiceProvider.GetRequiredService<Problems>();
        endpoints.Map("/healthz", DecisionDescriptions.Healthz, check => false, (context, _) => WriteStatus(context, "healthy"));
        endpoints.Map("/readyz", DecisionDescriptions.Readyz, check => true, (context, report) =>
            report.Status == HealthStatus.Unhealthy ? problems.AnswerAsync(context, NotReady(report)) : WriteStatus(context, "ready"));
    }

    private static void Map(
        this IEndpointRouteBuilder endpoints,
        string path,
        CallDescription description,
        Func<HealthCheckRegistration, bool> predicate,
        Func<HttpContext, HealthReport, Task> write) => endpoints
        .MapHealthChecks(path, new()
        {
            Predicate = predicate,
            ResponseWriter = write,
            AllowCachingResponses = true, // leaves the header to the writer
        })
        .WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]), description);

    private static Problem NotReady(HealthReport report) => new(
        ProblemReason.Unavailable,
        StatusCodes.Status503ServiceUnavailable,
        string.Join("; ", report.Entries
            .Where(entry => entry.Value.Status == HealthStatus.Unhealthy)
            .Select(entry => $"{entry.Key}: {entry.Value.Description}")));

    private static Task WriteStatus(HttpContext context, string status)
    {
        JsonAnswer answer = JsonAnswer.Rent();
        answer.Writer.WriteStartObject();
        answer.Writer.WriteString("status"u8, status);
        answer.Writer.WriteEndObject();
        context.Response.Headers.CacheControl = "no-store";
        return answer.Send(context, StatusCodes.Status200OK, JsonAnswer.Json);
    }
}
