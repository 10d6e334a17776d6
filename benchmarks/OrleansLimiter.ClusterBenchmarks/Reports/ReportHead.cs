using System.Text;

namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>The beginning of all results: when, how and where they were measured.</summary>
internal static class ReportHead
{
    /// <summary>Writes the title, the measurement and the machine.</summary>
    /// <param name="text">The report.</param>
    /// <param name="title">The title.</param>
    /// <param name="script">The script, without its folder.</param>
    /// <param name="pace">The duration of the measurement.</param>
    /// <param name="others">The versions of other contenders; null if there are none.</param>
    public static void Write(StringBuilder text, string title, string script, Pace pace, string? others = null) =>
        Write(text, title, script, $"{pace}", others);

    /// <summary>As the other overload, with the duration of the measurement as text.</summary>
    public static void Write(StringBuilder text, string title, string script, string pace, string? others = null)
    {
        text.AppendLine($"# {title}").AppendLine();
        text.Append(FormattableString.Invariant(
            $"Measured {DateTime.UtcNow:yyyy-MM-dd} by `benchmarks/{script}`: on loopback, in turns, each figure {pace}. "));
        text.AppendLine("The lines are explained in [benchmarks/README.md](../README.md).");
        text.AppendLine().AppendLine(others is null ? Machine.Describe() : $"{Machine.Describe()}, {others}");
    }
}
