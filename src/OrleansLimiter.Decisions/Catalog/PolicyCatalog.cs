namespace OrleansLimiter.Decisions;

/// <summary>
/// The policies in force of a running host. A refresh replaces one immutable snapshot by another. A valid change comes into force; an
/// invalid change is recorded, and the policy in force stays.
/// </summary>
public sealed class PolicyCatalog
{
    private readonly Lock _gate = new();
    private readonly CatalogSource[] _sources;
    private readonly TimeProvider _time;
    private byte[] _buffer = [];
    private volatile PolicySnapshot _current = PolicySnapshot.Empty;

    private IEnumerable<CatalogFile> Files => _sources.SelectMany(source => source.Files);

    private PolicyCatalog(IReadOnlyList<string> paths, TimeProvider time)
    {
        _sources = [.. paths.Select(path => new CatalogSource(path))];
        _time = time;
    }

    /// <summary>The default of <see cref="RemovalDelay"/>: 30 s.</summary>
    public static readonly TimeSpan DefaultRemovalDelay = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a policy stays in force after its file was found missing, while policies of other files stay. 0 or more, default
    /// <see cref="DefaultRemovalDelay"/>. The policies of a folder whose files are all missing stay until their removal is confirmed.
    /// </summary>
    public TimeSpan RemovalDelay { get; set; } = DefaultRemovalDelay;

    /// <summary>The policies in force.</summary>
    public PolicySnapshot Current => _current;

    /// <summary>Reads the policies at the start of a host.</summary>
    /// <param name="paths">Files, or folders of which every <c>*.yaml</c> and <c>*.yml</c> is read (subfolders are not).</param>
    /// <param name="time">The clock for <see cref="PolicyEntry.Since"/>.</param>
    public static PolicyCatalogLoad Load(IReadOnlyList<string> paths, TimeProvider time)
    {
        var catalog = new PolicyCatalog(paths, time);
        var changes = catalog.Refresh();
        List<PolicyError> errors = [.. changes.SelectMany(change => change.Errors)];
        if (paths.Count == 0)
        {
            errors.Add(new("policies", 0, 0, "no policy is given; name a file, or a folder of them"));
        }

        foreach (var source in catalog._sources.Where(source => source.Files.Count == 0))
        {
            errors.Add(new(source.Path, 0, 0, "the folder has no *.yaml or *.yml file; put a policy there"));
        }

        return new(errors.Count == 0 ? catalog : null, errors, [.. changes.SelectMany(change => change.Warnings)]);
    }

    /// <summary>
    /// Reads the files again and applies the changes. Unchanged content is not parsed again. Thread-safe; a host calls it every second.
    /// A policy is removed when its file has been missing for <see cref="RemovalDelay"/>, unless it is one of the last policies of its
    /// folder or of the host. A folder that cannot be listed removes no policy.
    /// </summary>
    /// <returns>The changes, in the order of the files; empty if there are none.</returns>
    public IReadOnlyList<PolicyChange> Refresh() => Refresh(removed: null);

    /// <summary>As <see cref="Refresh()"/>; then removes a policy if its file is missing, whatever other files there are.</summary>
    internal IReadOnlyList<PolicyChange> Remove(string policy) => Refresh(policy);

    private IReadOnlyList<PolicyChange> Refresh(string? removed)
    {
        lock (_gate)
        {
            var changes = new List<PolicyChange>();
            bool changed = false;
            foreach (var source in _sources)
            {
                changed |= source.Refresh(changes, ref _buffer, _time);
            }

            bool anyRemains = _sources.Any(source => source.HasRemaining);
            foreach (var source in _sources)
            {
                changed |= source.DropMissing(_time, RemovalDelay, anyRemains, changes);
            }

            if (changed)
            {
                Replace(changes);
            }

            if (removed is not null && Files.FirstOrDefault(file => file.IsMissing && file.InForce?.Policy.Name == removed) is { } missing)
            {
                missing.Drop();
                Replace(changes);
            }

            return changes;
        }
    }

    private void Replace(List<PolicyChange> changes)
    {
        _current = new CatalogSnapshotBuilder([.. Files], _current, _time.GetUtcNow()).Next(changes);
        Array.ForEach(_sources, source => source.RemoveGone());
    }
}

/// <summary>The result of loading the policies.</summary>
/// <param name="Catalog">The catalog; null if there are errors, and the host must not start.</param>
/// <param name="Errors">All errors, file by file.</param>
/// <param name="Warnings">All warnings.</param>
public sealed record PolicyCatalogLoad(PolicyCatalog? Catalog, IReadOnlyList<PolicyError> Errors, IReadOnlyList<PolicyError> Warnings);
