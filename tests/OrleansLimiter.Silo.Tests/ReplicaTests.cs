namespace OrleansLimiter.Silo.Tests;

/// <summary>
/// Silos that are killed while accounts acquire permits. A bucket loses at most what was acquired in the last interval: twice the figure of
/// the load is accepted, because the machine of a test is busy.
/// </summary>
[Collection(TimedTests.Name)]
public sealed class ReplicaTests(HastyClusterFixture fixture, ITestOutputHelper output) : IClassFixture<HastyClusterFixture>
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task After_a_kill_of_the_owner_a_bucket_has_lost_at_most_what_was_acquired_in_the_last_interval()
    {
        await StartSilosAsync();
        await using AdmissionLoad load = await AdmissionLoad.StartAsync(fixture.Cluster.FrontEnds);

        await KillAsync();
        await load.RecoveredAsync();

        AssertLost(await load.LostAsync(), 2 * AdmissionLoad.InLastInterval);
    }

    [Fact]
    public async Task After_a_kill_of_a_replica_and_then_of_the_owner_a_bucket_has_lost_at_most_that_of_two_intervals()
    {
        await StartSilosAsync();
        await using AdmissionLoad load = await AdmissionLoad.StartAsync(fixture.Cluster.FrontEnds);

        await KillAsync();
        await Task.Delay(s_pause);
        await KillAsync();
        await load.RecoveredAsync();

        AssertLost(await load.LostAsync(), 2 * 2 * AdmissionLoad.InLastInterval);
    }

    [Fact]
    public async Task After_a_kill_of_owner_and_replica_at_once_an_account_gets_at_most_its_permits_once_more()
    {
        await StartSilosAsync();
        await using AdmissionLoad load = await AdmissionLoad.StartAsync(fixture.Cluster.FrontEnds);

        await Task.WhenAll(KillAsync(), KillAsync());
        await load.RecoveredAsync();

        AssertLost(await load.LostAsync(), AdmissionLoad.Permits);
    }

    [Fact]
    public async Task After_a_join_and_a_kill_of_a_silo_with_accounts_of_the_newcomer_a_bucket_has_lost_at_most_that_of_the_last_interval()
    {
        await StartSilosAsync();
        await using AdmissionLoad load = await AdmissionLoad.StartAsync(fixture.Cluster.FrontEnds);

        HostProcess joined = await fixture.Cluster.StartSilo().ReadyAsync();
        await KillAsync();
        fixture.Cluster.Silos.Add(joined);
        await load.RecoveredAsync();

        AssertLost(await load.LostAsync(), 2 * AdmissionLoad.InLastInterval);
    }

    private Task StartSilosAsync() => fixture.Cluster.StartHostsAsync(silos: 3 - fixture.Cluster.Silos.Count, frontEnds: 0);

    private async Task KillAsync()
    {
        HostProcess killed = fixture.Cluster.Silos[0];
        fixture.Cluster.Silos.RemoveAt(0);
        await killed.DisposeAsync();
    }

    private void AssertLost(int[] lost, int most)
    {
        output.WriteLine($"permits that each bucket has lost: {string.Join(' ', lost)}");
        Assert.All(lost, each => Assert.InRange(each, 0, most));
    }
}
