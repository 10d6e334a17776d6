using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace OrleansLimiter.Http;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AccountAnswer))]
[JsonSerializable(typeof(OverrideAnswer))]
[JsonSerializable(typeof(OverridePageAnswer))]
[JsonSerializable(typeof(RemovedAnswer))]
[JsonSerializable(typeof(ResetAnswer))]
[JsonSerializable(typeof(PoliciesAnswer))]
[JsonSerializable(typeof(PolicyAnswer))]
internal sealed partial class AnswerJson : JsonSerializerContext
{
    public static Task SendAsync<T>(HttpContext context, T body, JsonTypeInfo<T> type)
    {
        JsonAnswer answer = JsonAnswer.Rent();
        JsonSerializer.Serialize(answer.Writer, body, type);
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        return answer.Send(context, StatusCodes.Status200OK, JsonAnswer.Json);
    }
}
