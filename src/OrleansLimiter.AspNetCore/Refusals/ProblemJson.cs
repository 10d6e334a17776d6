using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace OrleansLimiter.AspNetCore;

/// <summary>
/// Writes problems as <c>TypedResults.Problem</c> does, but without the JSON options of the app. With trimming and Native AOT, these
/// options know the type of a problem only if the app calls <c>AddProblemDetails</c>.
/// </summary>
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class ProblemJson : JsonSerializerContext
{
    private static readonly ProblemJson s_likeResults = new(
        new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Writes the status and the body of a response.</summary>
    public static Task WriteAsync(HttpContext context, ProblemDetails problem)
    {
        context.Response.StatusCode = problem.Status!.Value;
        return context.Response.WriteAsJsonAsync(problem, s_likeResults.ProblemDetails, "application/problem+json");
    }
}
