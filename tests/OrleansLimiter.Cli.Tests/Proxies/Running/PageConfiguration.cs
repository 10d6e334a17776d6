using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansLimiter.Cli.Tests;

/// <summary>Reads a configuration of <c>docs/integrations</c> and replaces what differs in a test: ports and, if asked, timeouts.</summary>
/// <param name="Listen">The port of the proxy. The pages use 8000.</param>
/// <param name="Limiter">The port of the limiter. The pages use 8080.</param>
/// <param name="Api">The port of the API. The pages use 9000.</param>
/// <param name="IsPatient">
/// Waits 20 s for the limiter instead of 500 ms, so that a busy machine does not let a request pass that the limiter would deny.
/// </param>
internal sealed partial record PageConfiguration(int Listen, int Limiter, int Api, bool IsPatient)
{
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "docs", "integrations");

    public string Fill(string file)
    {
        string text = File.ReadAllText(Path.Combine(Folder, file))
            .Replace("127.0.0.1:8080", $"127.0.0.1:{Limiter}", StringComparison.Ordinal)
            .Replace("127.0.0.1:9000", $"127.0.0.1:{Api}", StringComparison.Ordinal)
            // Unix sockets without a file have one name on a machine.
            .Replace("abns@limiter", $"abns@limiter-{Listen}", StringComparison.Ordinal);
        text = ListenPort().Replace(text, match => match.Value.Replace("8000", Listen.ToString(CultureInfo.InvariantCulture)));
        return IsPatient ? Timeouts().Replace(text, "20s").Replace("timeout = 1000", "timeout = 40000") : text;
    }

    [GeneratedRegex(@"(?<=^|listen |bind ):?8000\b", RegexOptions.Multiline)]
    private static partial Regex ListenPort();

    [GeneratedRegex(@"\b500ms\b")]
    private static partial Regex Timeouts();
}
