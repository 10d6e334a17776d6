namespace OrleansLimiter.FaultBenchmarks;

/// <summary>Front-ends that stop and start.</summary>
internal static class FrontEndEvents
{
    private const int Callers = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static readonly FaultEvent[] All =
    [
        new("front-end", "stop and start of a front-end", $"{FaultEvent.Unnoticed}; no connection error", ReplaceAsync,
            result => result.IsUnnoticed),
    ];

    private static async Task ReplaceAsync(Scene scene)
    {
        await scene.StartLoadAsync();
        using var stop = new CancellationTokenSource();
        KeepAliveCaller[] callers = [.. Enumerable.Range(0, Callers).Select(_ => new KeepAliveCaller(scene.Balancer.NextAsync, Pause))];
        Task calls = Task.WhenAll(callers.Select((caller, i) => caller.RunAsync("frontline", $"caller-{i}", stop.Token)));
        await Task.Delay(TimeSpan.FromSeconds(2));

        HostProcess stopped = scene.Cluster.FrontEnds[0];
        scene.Step("a front-end stops");
        scene.Expect(await stopped.StopAsync() == 0, "The front-end ended with code 0.");
        scene.Balancer.Remove(stopped);
        scene.Cluster.FrontEnds.Remove(stopped);

        scene.Step("its replacement starts");
        HostProcess started = scene.StartFrontEnd();
        scene.Cluster.FrontEnds.Add(started);
        scene.Balancer.Add(started);
        await started.ReadyAsync();
        scene.Step("it is ready");
        await Task.Delay(TimeSpan.FromSeconds(5));

        await stop.CancelAsync();
        await calls;
        int errors = callers.Sum(caller => caller.Errors.Count);
        int failures = callers.Sum(caller => caller.Failures);
        scene.Expect(
            errors == 0 && failures == 0,
            $"{Callers} callers that honor `Connection: close` made {callers.Sum(caller => caller.Decisions.Values.Sum()):n0} decisions, "
            + $"{failures} of them by on-failure. {callers.Sum(caller => caller.Closed)} connections were announced to close; "
            + $"{errors} connection errors.");
    }
}
