namespace OrleansLimiter.Samples.Tests;

/// <summary>A response of a sample: its status, its body and headers of the limiter.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Limit">The header <c>X-RateLimit-Limit</c>.</param>
/// <param name="Remaining">The header <c>X-RateLimit-Remaining</c>.</param>
/// <param name="Body">The body.</param>
internal sealed record LimitedResponse(int Status, string? Limit, string? Remaining, string Body)
{
    public static async Task<LimitedResponse> SendAsync(
        HttpClient client, string method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), path);
        foreach ((string name, string value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using HttpResponseMessage response = await client.SendAsync(request);
        return new(
            (int)response.StatusCode, Header("X-RateLimit-Limit"), Header("X-RateLimit-Remaining"), await response.Content.ReadAsStringAsync());

        string? Header(string name) => response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.Single() : null;
    }

    /// <summary>Sends requests until the app is ready. A test fails after the maximum time of a sample.</summary>
    public static async Task UntilReadyAsync(HttpClient client)
    {
        using var end = new CancellationTokenSource(Sample.MaxWait);
        while (!(await client.GetAsync("/readyz", end.Token)).IsSuccessStatusCode)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), end.Token); // another process cannot be awaited
        }
    }
}
