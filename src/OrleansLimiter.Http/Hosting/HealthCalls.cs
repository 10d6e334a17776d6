using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansLimiter.Http;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it can decide.</summary>
internal sealed class HealthCalls(HealthCheckService checks, Problems problems)
{
    public Task Healthz(HttpContext context) => Say(context, "healthy");

    public async Task Readyz(HttpContext context)
    {
        HealthReport report = await checks.CheckHealthAsync(context.RequestAborted);
        if (report.Status == HealthStatus.Unhealthy)
        {
            string why = string.Join("; ", report.Entries
                .Where(entry => entry.Value.Status == HealthStatus.Unhealthy)
                .Select(entry => $"{entry.Key}: {entry.Value.Description}"));
            await problems.AnswerAsync(context, new(ProblemReason.Unavailable, StatusCodes.Status503ServiceUnavailable, why));
            return;
        }

        await Say(context, "ready");
    }

    private static Task Say(HttpContext context, string status)
    {
        JsonAnswer answer = JsonAnswer.Rent();
        answer.Writer.WriteStartObject();
        answer.Writer.WriteString("status"u8, status);
        answer.Writer.WriteEndObject();
        context.Response.Headers.CacheControl = "no-store";
        return answer.Send(context, StatusCodes.Status200OK, JsonAnswer.Json);
    }
}
