namespace OrleansLimiter.Silo.Tests;

/// <summary>A cluster after all of its processes have stopped.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task A_front_end_waits_for_silos_and_finds_them_again_after_all_have_stopped()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(new PostgresServer(), silos: 0, frontEnds: 0, ProcessCluster.Patient);
        await using HostProcess frontEnd = cluster.StartFrontEnd(("Limiter:StartTimeout", "00:00:00"));
        await Eventually.TrueAsync(
            async () => await AnswersAsync(frontEnd), HostProcess.MaxWait, "it listens though there is no silo", () => frontEnd.Log);
        Assert.False(await frontEnd.IsReadyAsync());
        Assert.Equal("unreachable", (await frontEnd.CheckAsync("frontline", "acme")).Failure);

        await cluster.StartHostsAsync(silos: 1, frontEnds: 0);
        await frontEnd.ReadyAsync();
        Assert.Null((await frontEnd.CheckAsync("frontline", "acme")).Failure);

        await cluster.Silos[0].KillAsync();
        await using HostProcess again = await cluster.StartSilo([.. cluster.SiloPorts]).ReadyAsync();
        await Eventually.TrueAsync(
            async () => (await frontEnd.CheckAsync("frontline", "acme")).Failure is null, HostProcess.MaxWait, "it has found the new silo");
    }

    [Fact]
    public async Task A_cluster_starts_again_at_other_addresses_after_every_silo_was_killed()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(new PostgresServer(), silos: 2, frontEnds: 1, ProcessCluster.Patient);
        HostProcess frontEnd = cluster.FrontEnds[0];
        await Task.WhenAll(cluster.Silos.Select(silo => silo.KillAsync()));

        HostProcess next = cluster.StartSilo();
        try
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    if (next.HasEnded)
                    {
                        await next.DisposeAsync();
                        next = cluster.StartSilo(); // as a supervisor does
                    }

                    return await next.IsReadyAsync();
                },
                TimeSpan.FromMinutes(2),
                "a silo is ready",
                () => next.Log);
            await Eventually.TrueAsync(
                async () => (await frontEnd.CheckAsync("frontline", "acme")).Failure is null, HostProcess.MaxWait, "the front-end has found it");
        }
        finally
        {
            await next.DisposeAsync();
        }
    }

    private static async Task<bool> AnswersAsync(HostProcess host)
    {
        try
        {
            return (await host.CheckAsync("frontline", "acme")).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
