using System.Globalization;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>Formats the figures of the results.</summary>
internal static class Numbers
{
    public static string Count(double value) => Math.Round(value) is var whole && whole == 0 ? "0" : whole.ToString("n0", CultureInfo.InvariantCulture);

    public static string Ratio(double value) => value.ToString("f2", CultureInfo.InvariantCulture);

    public static string Percent(double share) => share == 0 ? "0" : (share * 100).ToString("f1", CultureInfo.InvariantCulture) + " %";

    public static string Mebibytes(double bytes) => Count(bytes / (1 << 20)) + " MiB";

    public static string Wait(double? micros) => micros switch
    {
        null => "–",
        < 10 => micros.Value.ToString("f1", CultureInfo.InvariantCulture) + " µs",
        < 1_000 => Count(micros.Value) + " µs",
        < 100_000 => (micros.Value / 1_000).ToString("f2", CultureInfo.InvariantCulture) + " ms",
        _ => Count(micros.Value / 1_000) + " ms",
    };
}
