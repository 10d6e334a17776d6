using System.Globalization;
using OrleansLimiter.Decisions;
using OrleansLimiter.Http;

namespace OrleansLimiter.Hosting;

/// <summary>What a host writes to standard output once it listens.</summary>
internal static class StartupBanner
{
    /// <summary>Writes the policies with their limits, then the addresses.</summary>
    /// <param name="output">Where to. There are no colours: it is often read by a program.</param>
    /// <param name="policies">The policies in force; null: the host does not decide.</param>
    /// <param name="addresses">Where it listens.</param>
    /// <param name="pages">Names and paths of pages below the address of administration.</param>
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

    // The cases of a limit are summed up for each window, by their smallest and largest number of permits.
    private static string Describe(PolicyLimit limit) => $"{limit.Name} " + string.Join(" or ", limit.Definition.Cases
        .GroupBy(each => each.Rule.Window, each => each.Rule.Permits)
        .Select(window => $"{Span(window.Min(), window.Max())} per {HumanDuration.Format((long)window.Key.TotalMilliseconds)}"));

    private static string Span(int least, int most) => least == most ? Number(least) : $"{Number(least)}..{Number(most)}";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
