using System.Net;

namespace OrleansLimiter.Silo.Tests;

/// <summary>Front-ends that start before they can decide.</summary>
[Collection(TimedTests.Name)]
public sealed class FrontEndStartTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_front_end_without_a_silo_refuses_connections_for_decisions_and_answers_on_its_administration_address()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(
            new PostgresServer(), silos: 0, frontEnds: 0, ProcessCluster.Patient);
        await using HostProcess frontEnd = cluster.StartFrontEnd(("Limiter:StartTimeout", "00:10:00"));
        await Eventually.TrueAsync(
            () => AnswersAsync(frontEnd.Administration, "/healthz"), HostProcess.MaxWait, "administration answers", () => frontEnd.Log);

        using HttpResponseMessage ready = await frontEnd.Administration.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.False(await AnswersAsync(frontEnd.Decisions, "/healthz"));

        await cluster.StartHostsAsync(silos: 1, frontEnds: 0);
        await frontEnd.ReadyAsync();
        Assert.Null((await frontEnd.CheckAsync("frontline", "acme")).Failure);
    }

    [Fact]
    public async Task A_front_end_without_a_silo_accepts_connections_after_the_start_timeout()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(
            new PostgresServer(), silos: 0, frontEnds: 0, ProcessCluster.Patient);
        await using HostProcess frontEnd = cluster.StartFrontEnd(("Limiter:StartTimeout", "00:00:01"));

        await Eventually.TrueAsync(
            () => AnswersAsync(frontEnd.Decisions, "/healthz"), HostProcess.MaxWait, "it accepts connections", () => frontEnd.Log);

        Assert.Equal("unreachable", (await frontEnd.CheckAsync("frontline", "acme")).Failure);
        Assert.False(await frontEnd.IsReadyAsync());
    }

    [Fact]
    public async Task From_the_first_ready_answer_no_decision_is_lost_with_64_callers()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(
            new PostgresServer(), silos: 1, frontEnds: 0, TimeSpan.FromMilliseconds(200));
        await using HostProcess frontEnd = await cluster.StartFrontEnd().ReadyAsync();

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => frontEnd.CheckAsync("frontline", $"acme-{i}")));

        output.WriteLine($"by on-failure: {answers.Count(answer => answer.Failure is not null)}");
        Assert.All(answers, answer => Assert.Equal((200, null), (answer.Status, answer.Failure)));
    }

    [Fact]
    public async Task The_requests_of_a_front_end_to_itself_leave_no_metric_and_no_policy_behind()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(
            new PostgresServer(), silos: 1, frontEnds: 0, ProcessCluster.Patient);
        await using HostProcess frontEnd = await cluster.StartFrontEnd().ReadyAsync();

        string metrics = await frontEnd.Administration.GetStringAsync("/metrics");

        Assert.Contains("Requests over HTTP were prepared", frontEnd.Log, StringComparison.Ordinal);
        Assert.Contains("policy=\"frontline\"", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("policy=\"\"", metrics, StringComparison.Ordinal);
        Assert.Equal(404, (await frontEnd.CheckAsync("~0", "acme")).Status);
    }

    private static async Task<bool> AnswersAsync(HttpClient client, string path)
    {
        try
        {
            using HttpResponseMessage response = await client.GetAsync(path);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false; // refused
        }
    }
}
