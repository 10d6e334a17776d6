using System.Globalization;
using OrleansLimiter.Http;
using OrleansLimiter.Policies.Decisions;
using OrleansLimiter.Policies.Files;

namespace OrleansLimiter.Cli;

/// <summary>What a host says of itself once it listens.</summary>
internal static class ServedView
{
    /// <summary>Writes the policies with their limits, then the addresses.</summary>
    public static void Write(Screen screen, PolicySnapshot policies, LimiterAddresses addresses)
    {
        var table = new Columns("policy", "generation#", "limits");
        foreach (PolicyEntry entry in policies.Policies.Values.OrderBy(entry => entry.Policy.Name, StringComparer.Ordinal))
        {
            table.Row(
                Screen.Safe(entry.Policy.Name),
                Number(entry.Policy.Definition.Generation),
                Screen.Safe(string.Join(", ", entry.Policy.Limits.Select(Describe))));
        }

        table.WriteTo(screen);
        screen.Line();
        screen.Line($"decisions       {string.Join(' ', addresses.Decisions)}");
        screen.Line($"administration  {string.Join(' ', addresses.Administration)}");
    }

    // Cases are told by the span of their permits, for each window that they use.
    private static string Describe(PolicyLimit limit) => $"{limit.Name} " + string.Join(" or ", limit.Definition.Cases
        .GroupBy(each => each.Rule.Window, each => each.Rule.Permits)
        .Select(window => $"{Span(window.Min(), window.Max())} per {Durations.Text((long)window.Key.TotalMilliseconds)}"));

    private static string Span(int least, int most) => least == most ? Number(least) : $"{Number(least)}..{Number(most)}";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
