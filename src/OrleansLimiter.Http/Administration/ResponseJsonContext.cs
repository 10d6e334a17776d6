using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

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
[JsonSerializable(typeof(RemovedPolicyResponse))]
internal sealed partial class ResponseJsonContext : JsonSerializerContext
{
    /// <summary>Sends a response with the status 200. Returns null: there is no problem.</summary>
    public static async Task<Problem?> SendAsync<T>(HttpContext context, T body, JsonTypeInfo<T> type)
    {
        JsonResponse response = JsonResponse.Rent();
        JsonSerializer.Serialize(response.Writer, body, type);
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        await response.Send(context, StatusCodes.Status200OK, JsonResponse.Json);
        return null;
    }
}
