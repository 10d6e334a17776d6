namespace OrleansLimiter.Policies;

/// <summary>
/// The bound on the living bucket groups of one account whose keys the caller can choose: those of unlisted paths, of resources, and of
/// modes without <c>one-of</c>. Unlisted paths beyond it share one group.
/// </summary>
/// <param name="Max">The maximum number of these groups, 1 to <see cref="MostMax"/>.</param>
/// <param name="Beyond">The decision for further resources and modes.</param>
public sealed record AccountGroupsDefinition(
    int Max = AccountGroupsDefinition.DefaultMax, BeyondAccountGroups Beyond = BeyondAccountGroups.Refuse)
{
    /// <summary>
    /// The default of <see cref="Max"/>: 1,000. A thousand accounts at this bound fill the default of a process; a caller that uses
    /// every resource once, with limits of a second, reaches it at about 300 new resources per second.
    /// </summary>
    public const int DefaultMax = 1_000;

    /// <summary>The highest <see cref="Max"/>: a million, which is the default bound on all groups of a process.</summary>
    public const int MostMax = 1_000_000;
}

/// <summary>The decisions for a resource beyond the bound on the groups of an account.</summary>
public enum BeyondAccountGroups
{
    /// <summary>Refuse the request.</summary>
    Refuse,
    /// <summary>Allow the request, as far as its limits of this group are concerned.</summary>
    Allow,
}
