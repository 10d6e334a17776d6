using System.Globalization;
using OrleansLimiter.Policies.Decisions;
using OrleansLimiter.Policies.Files;

namespace OrleansLimiter.Http;

/// <summary>What a host says of itself once it listens.</summary>
public static class ServedView
{
    /// <summary>Writes the policies with their limits, then the addresses.</summary>
    /// <param name="output">Where to: what reads it is often a program, so there are no colours.</param>
    /// <param name="policies">What is in force; null: the host does not decide.</param>
    /// <param name="addresses">Where it listens.</param>
    /// <param name="pages">Names and paths of pages for people, below the address of administration.</param>
    public static void Write(
        TextWriter output, PolicySnapshot? policies, LimiterAddresses addresses, params ReadOnlySpan<(string Name, string Path)> pages)
    {
        if (policies is not null)
        {
            Write(output, [.. policies.Policies.Values.OrderBy(entry => entry.Policy.Name, StringComparer.Ordinal)]);
            output.WriteLine($"decisions       {string.Join(' ', addresses.Decisions)}");
        }

        output.WriteLine($"administration  {string.Join(' ', addresses.Administration)}");
        foreach ((string name, string path) in pages)
        {
            output.WriteLine($"{name,-14}  {string.Join(' ', addresses.Administration.Select(address => $"{address}{path}"))}");
        }
    }

    private static void Write(TextWriter output, PolicyEntry[] entries)
    {
        int width = entries.Max(entry => entry.Policy.Name.Length);
        width = Math.Max(width, "policy".Length);
        output.WriteLine($"{"policy".PadRight(width)}  generation  limits");
        foreach (PolicyEntry entry in entries)
        {
            string limits = string.Join(", ", entry.Policy.Limits.Select(Describe));
            output.WriteLine($"{entry.Policy.Name.PadRight(width)}  {Number(entry.Policy.Definition.Generation),10}  {limits}");
        }

        output.WriteLine();
    }

    // Cases are told by the span of their permits, for each window that they use.
    private static string Describe(PolicyLimit limit) => $"{limit.Name} " + string.Join(" or ", limit.Definition.Cases
        .GroupBy(each => each.Rule.Window, each => each.Rule.Permits)
        .Select(window => $"{Span(window.Min(), window.Max())} per {DurationText.Display((long)window.Key.TotalMilliseconds)}"));

    private static string Span(int least, int most) => least == most ? Number(least) : $"{Number(least)}..{Number(most)}";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
