using System.Text;
using System.Text.Json.Nodes;

namespace OrleansLimiter.Http.Tests;

/// <summary>Bodies of requests and responses.</summary>
internal static class Json
{
    public static StringContent Content(string json) => new(json, Encoding.UTF8, "application/json");

    public static async Task<JsonNode> ReadAsync(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    /// <summary>A header of a response; null if it is absent.</summary>
    public static string? Header(this HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out IEnumerable<string>? values) || answer.Content.Headers.TryGetValues(name, out values)
            ? string.Join(",", values)
            : null;
}
