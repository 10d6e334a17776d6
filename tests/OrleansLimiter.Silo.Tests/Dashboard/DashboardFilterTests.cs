using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using OrleansLimiter.Grains;
using OrleansLimiter.Http;

namespace OrleansLimiter.Silo.Tests;

/// <summary>What this code expects of the filter of the dashboard. A version of the dashboard that differs fails here.</summary>
public sealed class DashboardFilterTests : ComposedClauseHost
{
    private const string Grain = "OrleansLimiter.Grains.EndpointGrain";

    private WebApplication _silo = null!;

    public override async ValueTask InitializeAsync()
    {
        _silo = await StartSiloAsync(host => host.AddSilo(), "--Limiter:FrontEnd=false");
        Administration.BaseAddress = new(_silo.Services.GetRequiredService<LimiterAddresses>().Administration[0]);
    }

    [Fact]
    public async Task The_filter_is_found_knows_whether_somebody_looks_and_counts_each_call_as_one()
    {
        IIncomingGrainCallFilter[] filters = [new ProfilerFilter(), .. _silo.Services.GetServices<IIncomingGrainCallFilter>()];
        DashboardProfiler profiler = Assert.IsType<DashboardProfiler>(DashboardProfiler.Find(filters));
        Assert.False(profiler.IsEnabled());

        await Administration.GetStringAsync("/dashboard/DashboardCounters");
        await Eventually.TrueAsync(() => Task.FromResult(profiler.IsEnabled()), HostProcess.MaxWait, "the profiler is enabled");
        var grain = new EndpointGrain(null!, null!, null!);
        for (int i = 0; i < 4; i++)
        {
            profiler.Invoke(new(grain, DashboardProfiler.Method("Acquire (each stands for 10)"), failed: i == 0));
        }

        await Eventually.TrueAsync(
            async () => await ShownAsync("Acquire (each stands for 10)") == (4, 1), HostProcess.MaxWait, "the dashboard shows 4 calls");
    }

    [Fact]
    public async Task The_counters_of_the_silo_are_on_its_page()
    {
        string silo = _silo.Services.GetRequiredService<SiloGroupRegistry>().Name;

        await Eventually.TrueAsync(
            async () =>
            {
                string counters = await Administration.GetStringAsync($"/dashboard/SiloCounters/{silo}");
                return ((string[])["living_groups", "silo_decisions", "silo_refusals", "silo_failures"])
                    .All(name => counters.Contains($"\"orleans_limiter.{name}\"", StringComparison.Ordinal));
            },
            HostProcess.MaxWait,
            "the counters are shown");
    }

    private async Task<(int Calls, int Failed)> ShownAsync(string method)
    {
        using JsonDocument shown = JsonDocument.Parse(await Administration.GetStringAsync($"/dashboard/GrainStats/{Grain}"));
        if (!shown.RootElement.TryGetProperty($"{Grain}.{method}", out JsonElement periods))
        {
            return default;
        }

        JsonElement[] seconds = [.. periods.EnumerateObject().Select(period => period.Value)];
        return (
            seconds.Sum(second => second.GetProperty("count").GetInt32()),
            seconds.Sum(second => second.GetProperty("exceptionCount").GetInt32()));
    }
}
