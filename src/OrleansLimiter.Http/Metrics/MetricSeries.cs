using System.Globalization;
using System.Text;

namespace OrleansLimiter.Http;

/// <summary>The values of one set of labels.</summary>
/// <param name="labels">The labels as text without braces: <c>policy="front",outcome="allowed"</c>; may be empty.</param>
internal abstract class MetricSeries(string labels)
{
    public string Labels { get; } = labels;

    public abstract void Record(double value);

    public abstract void Write(StringBuilder text, string name);

    protected void Line(StringBuilder text, string name, double value, string more = "")
    {
        string all = Labels.Length > 0 && more.Length > 0 ? $"{Labels},{more}" : Labels + more;
        text.Append(name).Append(all.Length > 0 ? $"{{{all}}}" : "").Append(' ')
            .Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}

/// <summary>The last value of a gauge or an observable instrument.</summary>
internal sealed class LastValueSeries(string labels) : MetricSeries(labels)
{
    private double _value;

    public override void Record(double value) => Volatile.Write(ref _value, value);

    public override void Write(StringBuilder text, string name) => Line(text, name, Volatile.Read(ref _value));
}

/// <summary>The sum of the increments of a counter, which are integers.</summary>
internal sealed class SumSeries(string labels) : MetricSeries(labels)
{
    private long _sum;

    public override void Record(double value) => Interlocked.Add(ref _sum, (long)value);

    public override void Write(StringBuilder text, string name) => Line(text, name, Interlocked.Read(ref _sum));
}

/// <summary>A histogram: cumulative counts by upper bound with <c>+Inf</c>, the sum and the count.</summary>
internal sealed class HistogramSeries(string labels, IReadOnlyList<double> bounds) : MetricSeries(labels)
{
    private readonly double[] _bounds = [.. bounds];
    private readonly long[] _counts = new long[bounds.Count + 1];

    // In nanoseconds, because Interlocked.Add needs an integer. The maximum is 292 years.
    private long _sum;

    public override void Record(double value)
    {
        int index = Array.BinarySearch(_bounds, value);
        Interlocked.Increment(ref _counts[index < 0 ? ~index : index]);
        Interlocked.Add(ref _sum, (long)(value * 1e9));
    }

    public override void Write(StringBuilder text, string name)
    {
        long count = 0;
        for (int index = 0; index < _counts.Length; index++)
        {
            count += Interlocked.Read(ref _counts[index]);
            string bound = index < _bounds.Length ? _bounds[index].ToString(CultureInfo.InvariantCulture) : "+Inf";
            Line(text, name + "_bucket", count, $"le=\"{bound}\"");
        }

        Line(text, name + "_sum", Interlocked.Read(ref _sum) / 1e9);
        Line(text, name + "_count", count);
    }
}
