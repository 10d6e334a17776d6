namespace OrleansLimiter.Silo.Tests;

/// <summary>Front-ends that are stopped and started under load.</summary>
public sealed class FrontEndStopTests
{
    private const int Callers = 8;

    [Fact]
    public async Task Callers_that_honor_connection_close_notice_neither_the_stop_nor_the_start_of_a_front_end()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(
            new PostgresServer(), silos: 1, frontEnds: 1, ProcessCluster.Patient);
        await using HostProcess stopped = await cluster.StartFrontEnd(("Limiter:DrainDelay", "00:00:02")).ReadyAsync();
        var hosts = new List<HostProcess> { cluster.FrontEnds[0], stopped };
        using var stop = new CancellationTokenSource();
        KeepAliveCaller[] callers = [.. Enumerable.Range(0, Callers).Select(_ => new KeepAliveCaller(() => ReadyAsync(hosts)))];
        Task load = Task.WhenAll(callers.Select((caller, i) => caller.RunAsync("frontline", $"acme-{i}", stop.Token)));

        await ServesAsync(callers, stopped);
        Assert.Equal(0, await stopped.StopAsync());
        await using HostProcess started = await cluster.StartFrontEnd().ReadyAsync();
        lock (hosts)
        {
            hosts[1] = started;
        }

        await ServesAsync(callers, started);
        await stop.CancelAsync();
        await load;

        Assert.Equal([], callers.SelectMany(caller => caller.Errors));
        Assert.Equal(0, callers.Sum(caller => caller.Failures));
        Assert.InRange(callers.Sum(caller => caller.Closed), 1, int.MaxValue);
    }

    [Fact]
    public async Task Callers_that_honor_connection_close_do_not_notice_the_stop_of_a_silo_with_a_front_end()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(
            new PostgresServer(), silos: 0, frontEnds: 0, ProcessCluster.Patient);
        await using HostProcess stays = await StartCoHosted(cluster).ReadyAsync();
        await using HostProcess stopped = await StartCoHosted(cluster).ReadyAsync();
        List<HostProcess> hosts = [stays, stopped];
        using var stop = new CancellationTokenSource();
        KeepAliveCaller[] callers = [.. Enumerable.Range(0, Callers).Select(_ => new KeepAliveCaller(() => ReadyAsync(hosts)))];
        Task load = Task.WhenAll(callers.Select((caller, i) => caller.RunAsync("frontline", $"acme-{i}", stop.Token)));

        await ServesAsync(callers, stopped);
        Assert.Equal(0, await stopped.StopAsync());
        int before = callers.Sum(caller => caller.Decisions.GetValueOrDefault(stays));
        await Eventually.TrueAsync(
            () => Task.FromResult(callers.Sum(caller => caller.Decisions.GetValueOrDefault(stays)) > before + 100),
            HostProcess.MaxWait,
            "callers use the other host",
            () => stays.Log);
        await stop.CancelAsync();
        await load;

        Assert.Equal([], callers.SelectMany(caller => caller.Errors));
        Assert.Equal(0, callers.Sum(caller => caller.Failures));
        Assert.InRange(callers.Sum(caller => caller.Closed), 1, int.MaxValue);
    }

    [Fact]
    public async Task A_front_end_that_is_stopped_is_not_ready_and_answers_with_connection_close()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(
            new PostgresServer(), silos: 1, frontEnds: 0, ProcessCluster.Patient);
        await using HostProcess stopped = await cluster.StartFrontEnd(("Limiter:DrainDelay", "00:01:00")).ReadyAsync();

        await stopped.SignalAsync("TERM");
        await Eventually.TrueAsync(async () => !await stopped.IsReadyAsync(), HostProcess.MaxWait, "it is not ready");

        using HttpResponseMessage ready = await stopped.Decisions.GetAsync("/readyz");
        Assert.Equal((503, true), ((int)ready.StatusCode, ready.Headers.ConnectionClose));
        Answer answer = await stopped.CheckAsync("frontline", "acme");
        Assert.Equal((200, null), (answer.Status, answer.Failure));
    }

    private static HostProcess StartCoHosted(ProcessCluster cluster) =>
        cluster.StartSilo(ports: null, ("Limiter:FrontEnd", "true"), ("Limiter:DrainDelay", "00:00:02"));

    private static async Task<HostProcess> ReadyAsync(List<HostProcess> hosts)
    {
        while (true)
        {
            HostProcess host;
            lock (hosts)
            {
                host = hosts[Random.Shared.Next(hosts.Count)];
            }

            if (await host.IsReadyAsync())
            {
                return host;
            }
        }
    }

    private static Task ServesAsync(KeepAliveCaller[] callers, HostProcess host) => Eventually.TrueAsync(
        () => Task.FromResult(callers.Count(caller => caller.Decisions.GetValueOrDefault(host) >= 100) >= 2),
        HostProcess.MaxWait,
        "callers reach the host",
        () => host.Log);
}
