namespace OrleansLimiter.Hosting;

/// <summary>Writes the startup banner to standard output when the host listens.</summary>
internal static class StartupBanner
{
    /// <summary>Writes the policies with their limits, then the addresses.</summary>
    /// <param name="output">Receives text without colors, because programs read it as well.</param>
    /// <param name="policies">The policies in force; null if the host does not decide requests.</param>
    /// <param name="addresses">The addresses of the host.</param>
    /// <param name="pages">Names and paths of pages on the administration address.</param>
    public static void Write(
        TextWriter output, PolicySnapshot? policies, LimiterAddresses addresses, params ReadOnlySpan<(string Name, string Path)> pages)
    {
        if (policies is not null)
        {
            Write(output, [.. policies.Policies.Values.OrderBy(entry => entry.Policy.Name, StringComparer.Ordinal)]);
            output.WriteLine($"decisions       {string.Join(' ', addresses.Decisions)}");
            if (addresses.Grpc.Count > 0)
            {
                output.WriteLine($"grpc            {string.Join(' ', addresses.Grpc)}");
            }
        }

        output.WriteLine($"administration  {string.Join(' ', addresses.Administration)}");
        foreach ((string name, string path) in pages)
        {
            output.WriteLine($"{name,-14}  {string.Join(' ', addresses.Administration.Select(address => $"{address}{path}"))}");
        }
    }

    private static void Write(TextWriter output, PolicyEntry[] entries)
    {
        const string Header = "policy";
        int width = Math.Max(Header.Length, entries.Max(entry => entry.Policy.Name.Length));
        output.WriteLine($"{Header.PadRight(width)}  generation  limits");
        foreach (PolicyEntry entry in entries)
        {
            string limits = string.Join(", ", entry.Policy.Limits.Select(Describe));
            output.WriteLine($"{entry.Policy.Name.PadRight(width)}  {entry.Policy.Definition.Generation,10}  {limits}");
        }

        output.WriteLine();
    }

    // The cases of a limit are combined for each window, as the smallest and the largest number of permits.
    private static string Describe(PolicyLimit limit) => $"{limit.Name} " + string.Join(" or ", limit.Definition.Cases
        .GroupBy(each => each.Rule.Window, each => each.Rule.Permits)
        .Select(window => $"{Range(window.Min(), window.Max())} per {HumanDuration.Format((long)window.Key.TotalMilliseconds)}"));

    private static string Range(int min, int max) => min == max ? $"{min}" : $"{min}..{max}";
}
