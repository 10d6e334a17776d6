using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansLimiter.Http.Tests;

public class PrometheusExporterTests
{
    [Fact]
    public async Task Instruments_of_a_host_are_exported_together_with_those_of_the_limiter()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        Meter meter = host.Services.GetRequiredService<IMeterFactory>().Create(LimiterMetrics.MeterName);
        Counter<long> counter = meter.CreateCounter<long>("host.things", description: "Back\\slash and\nline.");
        Counter<int> small = meter.CreateCounter<int>("host.small");
        meter.CreateObservableGauge("host.memory", () => 12.5, unit: "By");
        counter.Add(2, new KeyValuePair<string, object?>("a.b", "quote\" back\\slash\nline"));
        counter.Add(3, new KeyValuePair<string, object?>("a.b", "quote\" back\\slash\nline"));
        counter.Add(1);
        small.Add(7);

        string metrics = await host.Admin.GetStringAsync("/metrics");

        Assert.Contains(
            """
            # HELP host_memory_bytes 
            # TYPE host_memory_bytes gauge
            host_memory_bytes 12.5
            # HELP host_small_total 
            # TYPE host_small_total counter
            host_small_total 7
            # HELP host_things_total Back\\slash and\nline.
            # TYPE host_things_total counter
            host_things_total 1
            host_things_total{a_b="quote\" back\\slash\nline"} 5

            """,
            metrics,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_meters_are_not_exported()
    {
        await using LimiterHost host = await LimiterHost.StartAsync(TestPolicies.Things);
        using var foreign = new Meter(LimiterMetrics.MeterName);
        Meter other = host.Services.GetRequiredService<IMeterFactory>().Create("Something.Else");
        foreign.CreateCounter<long>("foreign.things").Add(1);
        other.CreateCounter<long>("other.things").Add(1);

        string metrics = await host.Admin.GetStringAsync("/metrics");

        Assert.DoesNotContain("foreign_things", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("other_things", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public void Concurrent_records_lose_nothing()
    {
        using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using Meter meter = services.GetRequiredService<IMeterFactory>().Create("test");
        Histogram<double> histogram = meter.CreateHistogram(
            "h", unit: "s", description: null, tags: null, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        MetricFamily family = MetricFamily.Of(histogram);

        Parallel.For(0, 8, worker =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                family.Record(i % 2 == 0 ? 0.1 : 2, [new("worker", worker % 4 == 0 ? "one" : "other")]);
            }
        });

        var text = new System.Text.StringBuilder();
        family.Write(text);
        Assert.Equal(
            """
            # HELP h_seconds 
            # TYPE h_seconds histogram
            h_seconds_bucket{worker="one",le="0.1"} 10000
            h_seconds_bucket{worker="one",le="1"} 10000
            h_seconds_bucket{worker="one",le="+Inf"} 20000
            h_seconds_sum{worker="one"} 21000
            h_seconds_count{worker="one"} 20000
            h_seconds_bucket{worker="other",le="0.1"} 30000
            h_seconds_bucket{worker="other",le="1"} 30000
            h_seconds_bucket{worker="other",le="+Inf"} 60000
            h_seconds_sum{worker="other"} 63000
            h_seconds_count{worker="other"} 60000

            """,
            text.ToString());
    }
}
