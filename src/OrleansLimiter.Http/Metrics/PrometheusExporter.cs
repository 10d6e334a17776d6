using System.Diagnostics.Metrics;
using System.Text;

namespace OrleansLimiter.Http;

/// <summary>
/// Prometheus text for the instruments of this application's meters named <see cref="LimiterMetrics.MeterName"/>: those
/// of this library and those that a host or a store adds. Any other listener (OpenTelemetry, dotnet-counters) hears
/// the same instruments beside it.
/// </summary>
internal sealed class PrometheusExporter : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);

    public PrometheusExporter(LimiterMetrics metrics)
    {
        object? scope = metrics.Meter.Scope;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // The scope tells two hosts of one process (tests) apart.
            if (instrument.Meter.Name == LimiterMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, scope))
            {
                listener.EnableMeasurementEvents(instrument, Family(instrument));
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.Start();
    }

    public string Export()
    {
        var text = new StringBuilder();
        lock (_gate)
        {
            _listener.RecordObservableInstruments();
            foreach (MetricFamily family in _families.Values)
            {
                family.Write(text);
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private MetricFamily Family(Instrument instrument)
    {
        MetricFamily family = MetricFamily.Of(instrument);
        lock (_gate)
        {
            return _families.TryAdd(family.Name, family) ? family : _families[family.Name];
        }
    }
}
