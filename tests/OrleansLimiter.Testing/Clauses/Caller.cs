using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Testing.Clauses;

/// <summary>
/// A caller of a limited API. The proxy in front of the API calls the limiter for each request of the caller.
/// </summary>
public sealed record Caller(ClauseHost Host, string Policy, (string Name, string Value)[] Headers)
{
    private static readonly JsonSerializerOptions LeaveOut = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The value of the account header, or the address.</summary>
    public string Account => Headers[0].Value;

    /// <summary>The same caller with one header added or replaced.</summary>
    public Caller With(string header, string value) =>
        this with { Headers = [.. Headers.Where(each => each.Name != header), (header, value)] };

    /// <summary>The response that the proxy gets for <c>GET /a/path</c>.</summary>
    public async Task<Answer> SendAsync(string request)
    {
        (string method, string path) = Split(request);
        using var ask = new HttpRequestMessage(HttpMethod.Get, $"/v1/authorize/{Policy}");
        ask.Headers.Add("X-Forwarded-Method", method);
        ask.Headers.Add("X-Forwarded-Uri", path);
        foreach ((string name, string value) in Headers)
        {
            ask.Headers.Add(name, value);
        }

        using HttpResponseMessage response = await Host.Decisions.SendAsync(ask);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Sends a number of requests one after the other, and returns how many were allowed.</summary>
    public async Task<int> PassAsync(int times, params string[] requests)
    {
        int passed = 0;
        for (int i = 0; i < times; i++)
        {
            Answer answer = await SendAsync(requests[i % requests.Length]);
            Assert.Contains(answer.Status, (int[])[200, 429]);
            passed += answer.Status == 200 ? 1 : 0;
        }

        return passed;
    }

    /// <summary>Sends a number of requests in batches, and returns how many were allowed. For limits in the thousands.</summary>
    public async Task<int> PassInBatchesAsync(int times, string mode, params string[] requests)
    {
        int passed = 0;
        foreach (int[] batch in Enumerable.Range(0, times).Chunk(1_000))
        {
            using HttpResponseMessage response = await Host.Decisions.PostAsJsonAsync("/v1/check/batch", batch.Select(i =>
            {
                (string method, string path) = Split(requests[i % requests.Length]);
                return new { policy = Policy, account = Account, mode, method, path };
            }));
            CheckResult[]? answers = await response.Content.ReadFromJsonAsync<CheckResult[]>();
            Assert.Equal(batch.Length, answers!.Length);
            passed += answers.Count(answer => answer.Allowed);
        }

        return passed;
    }

    /// <summary>Calls <c>/v1/check</c>, which responds in JSON.</summary>
    public async Task<CheckResult> CheckAsync(string request, string? mode = null, Dictionary<string, string>? attributes = null)
    {
        (string method, string path) = Split(request);
        using HttpResponseMessage response = await Host.Decisions.PostAsJsonAsync(
            "/v1/check", new { policy = Policy, account = Account, mode, method, path, attributes }, LeaveOut);
        CheckResult? answer = await response.Content.ReadFromJsonAsync<CheckResult>();
        Assert.Equal(answer!.Allowed ? 200 : 429, (int)response.StatusCode);
        return answer;
    }

    private static (string Method, string Path) Split(string request)
    {
        string[] parts = request.Split(' ');
        return (parts[0], parts[1]);
    }
}
