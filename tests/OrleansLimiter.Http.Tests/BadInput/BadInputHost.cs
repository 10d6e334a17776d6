using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Http.Tests;

/// <summary>One host for a table of invalid input, which must leave no trace in it.</summary>
public sealed class BadInputHost : IAsyncLifetime
{
    internal LimiterHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await LimiterHost.StartAsync(TestPolicies.Things);

    public async ValueTask DisposeAsync() => await Host.DisposeAsync();

    /// <summary>
    /// Asserts that a response is a problem of this status, consumed nothing of any account, logged no error, and shows
    /// no internals.
    /// </summary>
    internal async Task<JsonNode> AssertProblemAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        string body = await answer.Content.ReadAsStringAsync();
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.ToString());
        AssertNoInsides(body);
        Assert.Null(answer.Header("X-Evil"));
        JsonNode problem = JsonNode.Parse(body)!;
        Assert.Equal((int)status, problem["status"]!.GetValue<int>());
        await AssertUntouchedAsync();
        return problem;
    }

    internal async Task AssertProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string field, string detail)
    {
        JsonNode problem = await AssertProblemAsync(answer, status);
        Assert.Equal(detail, problem["detail"]!.GetValue<string>());
        Assert.Equal(field, problem["field"]?.GetValue<string>() ?? "");
    }

    /// <summary>Asserts that no group was created, so nothing was consumed, and that no error was logged.</summary>
    internal async Task AssertUntouchedAsync()
    {
        string metrics = await Host.Admin.GetStringAsync("/metrics");
        Assert.Contains("\norleans_limiter_living_groups 0\n", metrics, StringComparison.Ordinal);
        Assert.Empty(Host.Log.At(LogLevel.Error));
    }

    internal static void AssertNoInsides(string text)
    {
        foreach (string inside in (string[])["   at ", "System.", "Exception", ".cs:line", "OrleansLimiter.", "/home/", "/root", "/tmp/"])
        {
            Assert.DoesNotContain(inside, text, StringComparison.Ordinal);
        }
    }
}
