using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace OrleansLimiter.Http;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AccountResponse))]
[JsonSerializable(typeof(OverrideResponse))]
[JsonSerializable(typeof(OverridePageResponse))]
[JsonSerializable(typeof(RemovedResponse))]
[JsonSerializable(typeof(ResetResponse))]
[JsonSerializable(typeof(PoliciesResponse))]
[JsonSerializable(typeof(PolicyResponse))]
internal sealed partial class ResponseJsonContext : JsonSerializerContext
{
    public static Task SendAsync<T>(HttpContext context, T body, JsonTypeInfo<T> type)
    {
        JsonResponse answer = JsonResponse.Rent();
        JsonSerializer.Serialize(answer.Writer, body, type);
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        return answer.Send(context, StatusCodes.Status200OK, JsonResponse.Json);
    }
}
