using Microsoft.AspNetCore.WebUtilities;

namespace OrleansLimiter.Http;

/// <summary>
/// Writes problems as responses, and counts them. Their text repeats that of callers, and tools print it, so it is escaped as in
/// <see cref="DisplayText"/>.
/// </summary>
internal sealed class Problems(LimiterMetrics metrics)
{
    public const string ContentType = "application/problem+json";

    public Task WriteAsync(HttpContext context, Problem problem)
    {
        JsonResponse response = JsonResponse.Rent();
        Write(response.Writer, problem);
        if (problem.RetryAfter is { } retryAfter)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        context.Response.Headers.XContentTypeOptions = "nosniff"; // the detail repeats text of the caller
        return response.Send(context, problem.Status, ContentType);
    }

    /// <summary>Writes a problem as an object, and counts it.</summary>
    public void Write(Utf8JsonWriter json, Problem problem)
    {
        metrics.BadRequest(problem.Reason);
        json.WriteStartObject();
        json.WriteString("title"u8, ReasonPhrases.GetReasonPhrase(problem.Status));
        json.WriteNumber("status"u8, problem.Status);
        json.WriteString("detail"u8, DisplayText.Escape(problem.Detail));
        if (problem.Field is not null)
        {
            json.WriteString("field"u8, DisplayText.Escape(problem.Field));
        }

        if (problem.Errors.Count > 0)
        {
            json.WriteStartArray("errors"u8);
            foreach (FieldError error in problem.Errors)
            {
                json.WriteStartObject();
                json.WriteString("field"u8, DisplayText.Escape(error.Field));
                json.WriteString("detail"u8, DisplayText.Escape(error.Detail));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
