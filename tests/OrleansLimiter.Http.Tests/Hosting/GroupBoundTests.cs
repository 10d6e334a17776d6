using System.Net;
using Microsoft.Extensions.Logging;

namespace OrleansLimiter.Http.Tests;

/// <summary>What an operator sees when the bound on all living groups is reached.</summary>
public class GroupBoundTests
{
    private const string Line = "The bound on living bucket groups is reached";

    [Fact]
    public async Task The_host_logs_once_per_second_and_stays_ready_with_a_detail()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(new LimiterHostSetup { Policies = [TestPolicies.Things], MaxGroups = 1 });
        await CheckAsync(host, "a");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("""{"status":"ready"}""", await host.Decisions.GetStringAsync("/readyz"));

        for (int i = 0; i < 5; i++)
        {
            await CheckAsync(host, $"new {i}");
        }

        host.Time.Advance(TimeSpan.FromSeconds(1));
        await CheckAsync(host, "another");
        host.Time.Advance(TimeSpan.FromSeconds(1));

        string[] lines = [.. host.Log.At(LogLevel.Warning).Where(text => text.StartsWith(Line, StringComparison.Ordinal))];
        Assert.Equal(2, lines.Length);
        Assert.StartsWith(
            $"{Line}: on-failure decided 5 acquisitions of new keys since the last look. 1 of 1 groups live", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{Line}: on-failure decided 1 acquisitions", lines[1], StringComparison.Ordinal);
        using HttpResponseMessage ready = await host.Admin.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal(
            """{"status":"ready","detail":"groups-bound: the bound on living bucket groups is reached, and new keys are not counted"}""",
            await ready.Content.ReadAsStringAsync());
        string metrics = await host.Admin.GetStringAsync("/metrics");
        Assert.Contains("\norleans_limiter_group_bound_reached_total 6\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\norleans_limiter_max_groups 1\n", metrics, StringComparison.Ordinal);

        host.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("""{"status":"ready"}""", await host.Decisions.GetStringAsync("/readyz"));
    }

    private static async Task CheckAsync(LimiterHost host, string account)
    {
        using HttpResponseMessage answer = await host.CheckAsync($$"""{"account":"{{account}}","path":"/x"}""");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
