using System.Text;
using System.Text.Json;

namespace OrleansLimiter.AspNetCore;

/// <summary>The result of one request.</summary>
/// <param name="Decision">The decision; null if there is a problem.</param>
/// <param name="Problem">Why the remote limiter does not decide; null if it does.</param>
internal readonly record struct RemoteResult(RemoteDecision? Decision, string? Problem);

/// <summary>
/// Reads the answer for a batch. Nothing of an answer that is wrong in one place is used: it is not the answer of a limiter.
/// </summary>
internal static class RemoteResults
{
    private const int MaxHeaders = 256;

    /// <summary>Reads one result for each request.</summary>
    /// <exception cref="JsonException">The answer is not JSON.</exception>
    /// <exception cref="RemoteAnswerException">The answer is not that of a limiter.</exception>
    public static RemoteResult[] Read(ReadOnlyMemory<byte> body, IReadOnlyList<RemoteCheck> checks)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() != checks.Count)
        {
            throw new RemoteAnswerException(root.ValueKind == JsonValueKind.Array
                ? $"it answered with {root.GetArrayLength()} results; {checks.Count} are expected"
                : $"it answered with a value of the type {root.ValueKind}; an array of results is expected");
        }

        var results = new RemoteResult[checks.Count];
        int index = 0;
        foreach (JsonElement result in root.EnumerateArray())
        {
            try
            {
                results[index] = Read(result, checks[index]);
            }
            catch (RemoteAnswerException exception)
            {
                throw new RemoteAnswerException($"result {index} of its answer: {exception.Message}");
            }

            index++;
        }

        return results;
    }

    private static RemoteResult Read(JsonElement result, RemoteCheck check)
    {
        if (result.Has("problem"))
        {
            JsonElement problem = result.Object("problem");
            return new(null, $"{problem.Int("status")}, {problem.Text("detail")}");
        }

        bool allowed = result.Bool("allowed");
        if (result.Text("policy") is var policy && policy != check.Policy)
        {
            throw new RemoteAnswerException($"'policy' is '{policy}'; '{check.Policy}' is expected");
        }

        JsonElement limits = result.Array("limits");
        var readings = new RateLimitReading[limits.GetArrayLength()];
        int place = 0;
        foreach (JsonElement limit in limits.EnumerateArray())
        {
            readings[place++] = ReadLimit(limit, check, allowed);
        }

        return new(ReadResponse(result.Object("response"), allowed, readings), null);
    }

    private static RateLimitReading ReadLimit(JsonElement limit, RemoteCheck check, bool allowed)
    {
        string name = limit.Text("name");
        return limit.IsNull("allowed")
            ? new(
                check.Policy, name, check.Account, IsAvailable: false, allowed, 0, 0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, null)
            : new(
                check.Policy, name, check.Account, IsAvailable: true, limit.Bool("allowed"), limit.Int("limit"),
                limit.Int("remaining"), limit.Time("windowMs"), limit.Time("nextAfterMs"), limit.Time("resetAfterMs"),
                limit.IsNull("retryAfterMs") ? null : limit.Time("retryAfterMs"));
    }

    private static RemoteDecision ReadResponse(JsonElement response, bool allowed, RateLimitReading[] readings)
    {
        int status = response.Int("status");
        if (allowed ? status != StatusCodes.Status200OK : status is < 400 or > 599)
        {
            throw new RemoteAnswerException($"'status' is {status}; {(allowed ? "200" : "400 to 599")} is expected");
        }

        List<KeyValuePair<string, string>> headers = ReadHeaders(response.Object("headers"), out string? contentType);
        byte[] body = response.IsNull("body") ? [] : Encoding.UTF8.GetBytes(response.Text("body"));
        return RemoteDecision.Of(allowed, readings, status, headers, contentType, allowed ? [] : body);
    }

    private static List<KeyValuePair<string, string>> ReadHeaders(JsonElement headers, out string? contentType)
    {
        List<KeyValuePair<string, string>> read = [];
        var sink = new CollectedHeaders(read);
        contentType = null;
        foreach (JsonProperty property in headers.EnumerateObject())
        {
            string name = property.Name;
            string value = RemoteFields.Text(property.Value, name, JsonValueKind.String);
            bool isContentType = name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase);

            // A header of the connection would damage the response of the app, and the server throws for one that is not ASCII.
            if ((!isContentType && HeaderNames.ValidateResponse(name) is not null) || value.AsSpan().ContainsAnyExceptInRange(' ', '~')
                || read.Count == MaxHeaders)
            {
                throw new RemoteAnswerException($"the header '{name}' is not one of a policy");
            }

            if (isContentType)
            {
                contentType = value;
            }
            else
            {
                sink.Set(name, value);
            }
        }

        return read;
    }
}
