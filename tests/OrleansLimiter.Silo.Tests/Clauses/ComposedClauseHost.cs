using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrleansLimiter.Cluster;
using OrleansLimiter.Decisions;
using OrleansLimiter.Hosting;
using OrleansLimiter.Http;
using OrleansLimiter.Testing.Clauses;

namespace OrleansLimiter.Silo.Tests;

/// <summary>
/// Hosts in this process, composed of the same parts as the programs, with the policy files of the repository. The
/// hosts share a fake clock of the limiter. The clock of Orleans is the real one.
/// </summary>
public abstract class ComposedClauseHost : ClauseHost
{
    private readonly Stack<WebApplication> _hosts = [];
    private readonly FakeTime _time = new();
    private readonly TestFolder _folder = new();
    private ClusterBucketStore _groups = null!;

    public override HttpClient Decisions { get; } = new();

    public override HttpClient Administration { get; } = new();

    public override DateTimeOffset UtcNow => _time.GetUtcNow();

    /// <summary>The gateway of the silo.</summary>
    protected string? Gateway { get; private set; }

    public override Task AdvanceAsync(TimeSpan span)
    {
        _time.Advance(span);

        // Decisions do not wait for commits. If the clock advanced while one is pending, the cluster would seem not to respond.
        Assert.True(SpinWait.SpinUntil(() => !_groups.IsSilent, HostProcess.MaxWait), "the cluster does not answer");
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        Decisions.Dispose();
        Administration.Dispose();
        while (_hosts.TryPop(out WebApplication? host))
        {
            await host.StopAsync();
            await host.DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <summary>Starts a silo of a cluster on one machine, on free ports.</summary>
    private protected async Task<WebApplication> StartSiloAsync(Action<LimiterHostBuilder> compose, params string[] switches)
    {
        int[] ports = Loopback.FreePorts(2);
        Gateway = $"127.0.0.1:{ports[1]}";
        return await StartAsync(
            compose,
            [
                $"--Orleans:Endpoints:SiloPort={ports[0]}",
                $"--Orleans:Endpoints:GatewayPort={ports[1]}",
                $"--Orleans:GrainStorage:overrides:Path={_folder.Path("overrides")}",
                .. switches,
            ]);
    }

    private protected async Task<WebApplication> StartAsync(Action<LimiterHostBuilder> compose, params string[] switches)
    {
        (HostSettings settings, IConfiguration configuration) = HostConfiguration.Read(
            [
                "--urls=http://127.0.0.1:0",
                "--admin-urls=http://127.0.0.1:0",
                "--trusted-proxies=127.0.0.1",
                $"--policies={Repository.Path("policies")}",
                .. switches,
            ]);
        var builder = new LimiterHostBuilder(settings, configuration, _time);
        PolicyCatalogLoad load = PolicyCatalog.Load(settings.Policies, _time);
        Assert.Empty(load.Errors);
        compose(builder);
        WebApplication host = builder.Build(settings.FrontEnd ? load.Catalog : null);
        _hosts.Push(host);
        await host.StartAsync();
        return host;
    }

    /// <summary>Sends requests to this host once it is ready. The clock is advanced meanwhile, because the host retries by it.</summary>
    private protected async Task SendAsync(WebApplication host)
    {
        LimiterAddresses addresses = host.Services.GetRequiredService<LimiterAddresses>();
        Decisions.BaseAddress = new(addresses.Decisions[0]);
        Administration.BaseAddress = new(addresses.Administration[0]);
        _groups = host.Services.GetRequiredService<ClusterBucketStore>();
        await Eventually.TrueAsync(
            async () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                using HttpResponseMessage ready = await Administration.GetAsync("/readyz");
                return ready.IsSuccessStatusCode;
            },
            HostProcess.MaxWait,
            "the host is ready");
    }
}
