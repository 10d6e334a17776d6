namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>A policy whose decisions are measured. All windows are long, so that all groups live until the end.</summary>
/// <param name="Name">The name in the results.</param>
/// <param name="Groups">The number of bucket groups of a request.</param>
/// <param name="Limits">The lines of the policy file.</param>
internal sealed record LimitCase(string Name, int Groups, params string[] Limits)
{
    public static readonly LimitCase One = new("one limit", 1, Plenty("endpoint"));
    public static readonly LimitCase Two = new("two limits", 2, Plenty("endpoint"), Plenty("account"));
    public static readonly LimitCase Three = new("three limits", 3, Plenty("endpoint"), Plenty("account"), Plenty("burst"));

    /// <summary>Each account is allowed once, when its groups are created.</summary>
    public static readonly LimitCase RefusedBySecond =
        new("two limits, refused by the second", 2, Plenty("endpoint"), Limit("account", "account", permits: 1, hours: 24));

    /// <summary>Two buckets in the account's group.</summary>
    public static readonly LimitCase OneGroup =
        new("two limits in one group", 1, Plenty("account"), Limit("account-day", "account", permits: 1_000_000_000, hours: 24));

    public static readonly LimitCase[] All = [One, Two, Three, RefusedBySecond, OneGroup];

    /// <summary>Writes the policy, and returns its path.</summary>
    public string Write(DirectoryInfo folder)
    {
        string name = Name.Replace(",", "", StringComparison.Ordinal).Replace(' ', '-');
        return PolicyFile.Write(folder, name, Limits);
    }

    private static string Plenty(string scope) => Limit(scope, scope, permits: 1_000_000_000, hours: 1);

    private static string Limit(string name, string scope, int permits, int hours) =>
        $"{{ name: {name}, scope: {scope}, algorithm: rolling-window, permits: {permits}, window: {hours}h }}";
}
