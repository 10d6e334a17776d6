namespace OrleansLimiter.Decisions;

/// <summary>A policy that can be in the next snapshot.</summary>
/// <param name="File">Its file.</param>
/// <param name="Policy">The policy.</param>
/// <param name="IsNew">Whether it is the current content of the file, and not only what is in force.</param>
internal sealed record ProposedPolicy(CatalogFile File, PolicyDefinition Policy, bool IsNew);

/// <summary>
/// Files whose current content is refused, because another policy has the domain of its policy for requests of a rate limit service. A
/// policy in force keeps its domain; of several new policies, the first one gets it.
/// </summary>
internal sealed class DomainConflicts
{
    private readonly Dictionary<CatalogFile, ProposedPolicy> _owners = [];

    /// <summary>The policy that has the domain; null if the content of the file is not refused.</summary>
    public ProposedPolicy? OwnerOf(CatalogFile file) => _owners.GetValueOrDefault(file);

    /// <summary>
    /// Refuses one more file, and returns whether there was one. The caller then proposes again, because the policy in force of the file
    /// stays, and can have the domain of another policy.
    /// </summary>
    public bool Add(IReadOnlyList<CatalogFile> files, Func<CatalogFile, ProposedPolicy?> proposed)
    {
        foreach (var policies in files.Select(proposed).OfType<ProposedPolicy>().GroupBy(each => RlsFields.DomainOf(each.Policy)))
        {
            var owner = policies.FirstOrDefault(each => HasInForce(each.File, policies.Key)) ?? policies.First();
            if (policies.LastOrDefault(each => each != owner && each.IsNew) is { } refused)
            {
                _owners.Add(refused.File, owner);
                return true;
            }
        }

        return false;
    }

    private static bool HasInForce(CatalogFile file, string domain) =>
        file.InForce is { } entry && RlsFields.DomainOf(entry.Policy.Definition) == domain;
}
