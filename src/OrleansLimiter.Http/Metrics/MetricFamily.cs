using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace OrleansLimiter.Http;

/// <summary>An instrument in Prometheus: a name by its conventions, a type, and a series for each set of labels.</summary>
internal sealed class MetricFamily
{
    private readonly string _type;
    private readonly string _help;
    private readonly Func<string, MetricSeries> _create;

    // Replaced when a series is added, so that recording needs no lock. There are few sets of labels.
    private volatile (KeyValuePair<string, object?>[] Tags, MetricSeries Series)[] _series = [];

    private MetricFamily(string name, string type, string help, Func<string, MetricSeries> create)
    {
        Name = name;
        _type = type;
        _help = help;
        _create = create;
    }

    public string Name { get; }

    public static MetricFamily Of(Instrument instrument)
    {
        string name = PrometheusText.Name(instrument.Name, instrument.Unit);
        string help = instrument.Description ?? "";
        return instrument switch
        {
            Histogram<double> histogram => new(
                name, "histogram", help, labels => new HistogramSeries(labels, histogram.Advice?.HistogramBucketBoundaries ?? [])),
            _ when IsCounter(instrument) => new(
                name + "_total", "counter", help, labels => instrument.IsObservable ? new LastValueSeries(labels) : new SumSeries(labels)),
            _ => new(name, "gauge", help, labels => new LastValueSeries(labels)),
        };
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => FindOrAdd(tags).Record(value);

    public void Write(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {PrometheusText.EscapeHelp(_help)}\n# TYPE {Name} {_type}\n");
        foreach ((_, MetricSeries series) in _series.OrderBy(one => one.Series.Labels, StringComparer.Ordinal))
        {
            series.Write(text, Name);
        }
    }

    private static bool IsCounter(Instrument instrument) =>
        instrument.GetType().GetGenericTypeDefinition() is { } type
        && (type == typeof(Counter<>) || type == typeof(ObservableCounter<>));

    private MetricSeries FindOrAdd(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Find(tags) is { } existing)
        {
            return existing;
        }

        lock (_create)
        {
            if (Find(tags) is { } added)
            {
                return added; // by another thread
            }

            MetricSeries series = _create(PrometheusText.Labels(tags));
            _series = [.. _series, (tags.ToArray(), series)];
            return series;
        }
    }

    private MetricSeries? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach ((KeyValuePair<string, object?>[] known, MetricSeries series) in _series)
        {
            if (Same(known, tags))
            {
                return series;
            }
        }

        return null;
    }

    private static bool Same(KeyValuePair<string, object?>[] known, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (known.Length != tags.Length)
        {
            return false;
        }

        for (int index = 0; index < known.Length; index++)
        {
            if (!Equals(known[index].Value, tags[index].Value) || known[index].Key != tags[index].Key)
            {
                return false;
            }
        }

        return true;
    }
}
