using System.Net;
using System.Net.Http.Json;

namespace OrleansLimiter.Silo.Tests;

/// <summary>A silo without configuration of a cluster, as <c>./run.sh</c> starts it.</summary>
public sealed class OneMachineTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Overrides_survive_a_restart_without_a_database()
    {
        await using (HostProcess silo = await Start().ReadyAsync())
        {
            using HttpResponseMessage put = await silo.Administration.PutAsJsonAsync(
                "/v1/accounts/acme/overrides/frontline/account", new { permits = 7 });
            Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
            Assert.Equal(0, await silo.StopAsync());
        }

        await using HostProcess again = await Start().ReadyAsync();

        Answer answer = await again.CheckAsync("frontline", "acme");
        Assert.Equal((200, null, 7), (answer.Status, answer.Failure, answer.Limit));
        Assert.Equal(0, await again.StopAsync());
    }

    [Fact]
    public async Task Counts_that_survive_a_restart_do_so_without_a_database_and_without_being_told()
    {
        _folder.Write("policies/quota.yaml", """
            policy: quota
            generation: 1
            identity:
              account: [header:X-Account-Id]
            unlisted: shared
            limits:
              - { name: day, scope: account, algorithm: rolling-window, permits: 3, window: 1d, survive: restart }
              - { name: hour, scope: account, algorithm: rolling-window, permits: 1000, window: 1h }
            """);
        (string, string) policies = ("Limiter:Policies", _folder.Path("policies"));
        await using (HostProcess silo = await Start(policies).ReadyAsync())
        {
            Assert.Equal((200, 2), await CheckAsync(silo));
            Assert.Equal((200, 1), await CheckAsync(silo));
            Assert.Equal(0, await silo.StopAsync());
            Assert.True(Directory.Exists(_folder.Path("counts")), silo.Log);
        }

        await using HostProcess again = await Start(policies).ReadyAsync();
        Assert.Equal((200, 0), await CheckAsync(again));
        Assert.Equal((429, 0), await CheckAsync(again));

        static async Task<(int, int?)> CheckAsync(HostProcess silo)
        {
            Answer answer = await silo.CheckAsync("quota", "acme");
            return (answer.Status, answer.Remaining);
        }
    }

    [Fact]
    public async Task The_dashboard_is_part_of_administration_and_needs_its_token()
    {
        await using HostProcess silo = await Start().ReadyAsync();

        foreach (string path in (string[])["/dashboard/", "/dashboard/index.min.js", "/dashboard/DashboardCounters"])
        {
            using var fromAPage = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "limiter.example.com" } };
            Assert.Equal(HttpStatusCode.OK, (await silo.Administration.GetAsync(path)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await silo.Decisions.GetAsync(path)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await silo.Administration.SendAsync(fromAPage)).StatusCode);
        }
    }

    [Fact]
    public async Task A_silo_that_is_stopped_decides_with_connection_close_until_it_has_drained()
    {
        await using HostProcess silo = await Start(("Limiter:DrainDelay", "00:01:00")).ReadyAsync();

        await silo.SignalAsync("TERM");
        await Eventually.TrueAsync(async () => !await silo.IsReadyAsync(), HostProcess.MaxWait, "it is not ready");

        for (int i = 0; i < 10; i++)
        {
            Answer answer = await silo.CheckAsync("frontline", $"acme-{i}");
            Assert.Equal((200, null), (answer.Status, answer.Failure));
        }

        Assert.True((await silo.Decisions.GetAsync("/healthz")).Headers.ConnectionClose);
    }

    [Fact]
    public async Task A_silo_without_a_front_end_listens_only_on_the_address_of_administration()
    {
        await using HostProcess silo = await Start(("Limiter:FrontEnd", "false")).ReadyAsync();

        foreach (string path in (string[])["/healthz", "/readyz", "/metrics", "/dashboard/"])
        {
            Assert.Equal(HttpStatusCode.OK, (await silo.Administration.GetAsync(path)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await silo.Administration.GetAsync("/v1/policies")).StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => silo.Decisions.GetAsync("/healthz"));
    }

    [Theory]
    [InlineData("Limiter:MaxGroups", "many", "limiter: max-groups: 'many' must be a whole number from 1 to 2147483647")]
    [InlineData("Orleans:Clustering:ProviderType", "AdoNet", "limiter: Orleans:GrainStorage:overrides:ProviderType is not set, so there is no storage for overrides")]
    [InlineData("Orleans:GrainStorage:overrides:ProviderType", "Nowhere", "limiter: the host could not start: Could not find GrainStorage provider named 'Nowhere'.")]
    public async Task An_invalid_setting_is_reported_in_one_line(string key, string value, string line)
    {
        await using HostProcess silo = Start((key, value));

        Assert.Equal(1, await silo.EndAsync());
        Assert.Contains($"\n{line}", $"\n{silo.Log}");
        Assert.DoesNotContain("   at ", silo.Log);
    }

    private HostProcess Start(params (string Key, string Value)[] settings)
    {
        int[] ports = Loopback.FreePorts(2);
        var all = new Dictionary<string, string>
        {
            ["Limiter:Deadline"] = "00:00:10",
            ["Orleans:Endpoints:SiloPort"] = $"{ports[0]}",
            ["Orleans:Endpoints:GatewayPort"] = $"{ports[1]}",
            ["Orleans:GrainStorage:overrides:Path"] = _folder.Path("overrides"),
        };
        foreach ((string key, string value) in settings)
        {
            all[key] = value;
        }

        return HostProcess.Start("OrleansLimiter.Silo", all);
    }
}
