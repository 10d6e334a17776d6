namespace OrleansLimiter.Policies.Files;

/// <summary>
/// The policies in force of a running host. A refresh swaps one immutable snapshot for another; a valid change is
/// taken, an invalid one is recorded and what was in force stays.
/// </summary>
public sealed class PolicyCatalog
{
    private volatile PolicySnapshot _current = PolicySnapshot.Empty;

    private PolicyCatalog()
    {
    }

    /// <summary>What is in force now.</summary>
    public PolicySnapshot Current => _current;

    /// <summary>Reads the policies that a host starts with.</summary>
    /// <param name="paths">Files, or folders of which every <c>*.yaml</c> and <c>*.yml</c> is read (not those below).</param>
    /// <param name="time">Tells since when a policy is in force.</param>
    public static PolicyCatalogLoad Load(IReadOnlyList<string> paths, TimeProvider time) => throw new NotImplementedException();

    /// <summary>
    /// Looks at the files again and takes what changed; cheap where nothing did. Safe to call from any thread; a host
    /// calls it every second.
    /// </summary>
    /// <returns>What happened, in the order of files; empty where nothing did.</returns>
    public IReadOnlyList<PolicyChange> Refresh() => throw new NotImplementedException();
}

/// <summary>What the first reading of the policies gave.</summary>
/// <param name="Catalog">The catalog; null where there are faults: the host must not start.</param>
/// <param name="Faults">Everything that is wrong, file by file.</param>
/// <param name="Warnings">What is allowed but unwise.</param>
public sealed record PolicyCatalogLoad(
    PolicyCatalog? Catalog,
    IReadOnlyList<PolicyFault> Faults,
    IReadOnlyList<PolicyFault> Warnings);
