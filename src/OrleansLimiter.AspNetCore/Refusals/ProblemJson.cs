using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace OrleansLimiter.AspNetCore;

/// <summary>
/// Writes problems without the JSON options of the app. With trimming and Native AOT, these options know the type of a problem only if the
/// app calls <c>AddProblemDetails</c>.
/// </summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class ProblemJson : JsonSerializerContext
{
    /// <summary>Writes the status and the body of a response.</summary>
    public static Task WriteAsync(HttpContext context, ProblemDetails problem)
    {
        context.Response.StatusCode = problem.Status!.Value;
        return context.Response.WriteAsJsonAsync(problem, Default.ProblemDetails, "application/problem+json");
    }
}
