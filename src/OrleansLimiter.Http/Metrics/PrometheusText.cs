using System.Text;

namespace OrleansLimiter.Http;

/// <summary>Names and escapes of the Prometheus text format 0.0.4.</summary>
internal static class PrometheusText
{
    /// <summary><c>a.b</c> with the unit <c>s</c> is <c>a_b_seconds</c>.</summary>
    public static string Name(string name, string? unit) => Clean(name) + unit switch
    {
        "s" => "_seconds",
        "By" => "_bytes",
        _ => "",
    };

    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach ((string name, object? value) in tags)
        {
            text.Append(text.Length > 0 ? "," : "").Append(Clean(name)).Append("=\"")
                .Append(EscapeHelp(value?.ToString() ?? "").Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        }

        return text.ToString();
    }

    public static string EscapeHelp(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Clean(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
