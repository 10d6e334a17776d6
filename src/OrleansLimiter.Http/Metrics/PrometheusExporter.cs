using System.Diagnostics.Metrics;
using System.Text;

namespace OrleansLimiter.Http;

/// <summary>
/// Exports the instruments of meters with the name <see cref="LimiterMetrics.MeterName"/> as Prometheus text: those of this library
/// and those that a host or a store adds. Other listeners (OpenTelemetry, dotnet-counters) can read the same instruments.
/// </summary>
internal sealed class PrometheusExporter : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);

    public PrometheusExporter(LimiterMetrics metrics)
    {
        object? scope = metrics.Meter.Scope;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Two hosts in one process (tests) have different scopes.
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

    /// <summary><c>GET /metrics</c>.</summary>
    public Task WriteAsync(HttpContext context)
    {
        byte[] text = Encoding.UTF8.GetBytes(Export());
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        context.Response.ContentLength = text.Length;
        return context.Response.Body.WriteAsync(text, 0, text.Length);
    }

    public void Dispose() => _listener.Dispose();

    private string Export()
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

    private MetricFamily Family(Instrument instrument)
    {
        MetricFamily family = MetricFamily.Of(instrument);
        lock (_gate)
        {
            return _families.TryAdd(family.Name, family) ? family : _families[family.Name];
        }
    }
}
