using System.Net;
using System.Net.Sockets;

namespace OrleansLimiter.Silo.Tests;

/// <summary>A cluster of separate processes, with several front-ends.</summary>
public sealed class ClusterTests(PatientClusterFixture fixture) : TwoFrontEndTests(fixture), IClassFixture<PatientClusterFixture>
{
    [Fact]
    public async Task AnAccount_under_load_through_both_front_ends_gets_exactly_its_permits()
    {
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(caller => Task.Run(async () =>
        {
            var own = new List<Answer>();
            for (int i = 0; i < 45; i++)
            {
                own.Add(await (caller % 2 == 0 ? One : Other).CheckAsync(Frontline, Account));
            }

            return own;
        }))).ContinueWith(all => all.Result.SelectMany(own => own).ToArray());

        Assert.All(answers, answer => Assert.Null(answer.Failure));
        Assert.Equal(FrontlinePermits, answers.Count(answer => answer.Status == 200));
        Assert.Equal(answers.Length - FrontlinePermits, answers.Count(answer => answer.Status == 429));
    }

    [Fact]
    public async Task An_override_set_through_one_front_end_is_in_force_through_the_other_within_a_second()
    {
        await OverrideAsync(One, permits: 7);

        await Eventually.TrueAsync(
            async () => (await Other.CheckAsync(Frontline, Account)).Limit == 7, TimeSpan.FromSeconds(1), "the override is in force");
    }

    [Fact]
    public async Task Usage_and_reset_reach_the_groups_of_every_silo()
    {
        for (int i = 0; i < 20; i++)
        {
            await One.CheckAsync("frame-v1", Account, $"/v1/things_{i}");
        }

        using HttpResponseMessage reset = await Other.Administration.DeleteAsync($"/v1/accounts/{Account}/usage");

        Assert.Equal("{\"resetGroups\":20}", await reset.Content.ReadAsStringAsync());
        Assert.Contains("\"usage\":[]", await One.Administration.GetStringAsync($"/v1/accounts/{Account}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_dashboard_shows_the_grains_of_each_scope()
    {
        await One.CheckAsync(Frontline, Account);
        await One.CheckAsync("frame-v1", Account);

        HttpClient silo = Cluster.Silos[0].Administration;
        Assert.Contains("<html", await silo.GetStringAsync("/dashboard/"), StringComparison.OrdinalIgnoreCase);
        await Eventually.TrueAsync(
            async () =>
            {
                string counters = await silo.GetStringAsync("/dashboard/DashboardCounters");
                return counters.Contains("EndpointGrain", StringComparison.Ordinal) && counters.Contains("AccountGrain", StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(30),
            "the dashboard has gathered its figures");
    }

    [Fact]
    public async Task Invalid_bytes_on_the_ports_of_silo_and_gateway_do_no_harm()
    {
        byte[] garbage = new byte[4096];
        new Random(1).NextBytes(garbage);
        foreach (int port in Cluster.SiloPorts)
        {
            for (int i = 0; i < 20; i++)
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, port);
                try
                {
                    await socket.GetStream().WriteAsync(i % 2 == 0 ? garbage : "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
                }
                catch (IOException)
                {
                    // It closed the connection, which is allowed.
                }
            }
        }

        for (int i = 0; i < 50; i++)
        {
            Answer answer = await (i % 2 == 0 ? One : Other).CheckAsync(Frontline, $"{Account}-{i}");
            Assert.Equal((200, null, FrontlinePermits - 1), (answer.Status, answer.Failure, answer.Remaining));
        }
    }

    [Fact]
    public async Task A_killed_front_end_loses_nothing_and_another_replaces_it()
    {
        HostProcess killed = Cluster.StartFrontEnd();
        await killed.ReadyAsync();
        for (int i = 0; i < 10; i++)
        {
            await killed.CheckAsync(Frontline, Account);
        }

        await killed.KillAsync();
        await killed.DisposeAsync();

        Assert.Equal(FrontlinePermits - 11, (await One.CheckAsync(Frontline, Account)).Remaining);
        await using HostProcess next = await Cluster.StartFrontEnd().ReadyAsync();
        Assert.Equal(FrontlinePermits - 12, (await next.CheckAsync(Frontline, Account)).Remaining);
    }

    private async Task OverrideAsync(HostProcess frontEnd, int permits)
    {
        using HttpResponseMessage response = await frontEnd.OverrideAsync(Frontline, Account, "account", permits);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
