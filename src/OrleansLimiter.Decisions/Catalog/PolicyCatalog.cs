using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>
/// The policies in force of a running host. A refresh swaps one immutable snapshot for another; a valid change is
/// taken, an invalid one is recorded and what was in force stays.
/// </summary>
public sealed class PolicyCatalog
{
    private readonly Lock _gate = new();
    private readonly CatalogSource[] _sources;
    private readonly TimeProvider _time;
    private byte[] _buffer = [];
    private volatile PolicySnapshot _current = PolicySnapshot.Empty;

    private PolicyCatalog(IReadOnlyList<string> paths, TimeProvider time)
    {
        _sources = [.. paths.Select(path => new CatalogSource(path))];
        _time = time;
    }

    /// <summary>What is in force now.</summary>
    public PolicySnapshot Current => _current;

    /// <summary>Reads the policies that a host starts with.</summary>
    /// <param name="paths">Files, or folders of which every <c>*.yaml</c> and <c>*.yml</c> is read (not those below).</param>
    /// <param name="time">Tells since when a policy is in force.</param>
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
    /// Reads the files again and takes what changed; content that is the same is not parsed again. Safe to call from any
    /// thread; a host calls it every second. A removed file removes its policy when it is missing in two refreshes in a
    /// row; a folder that cannot be listed removes nothing.
    /// </summary>
    /// <returns>What happened, in the order of files; empty where nothing did.</returns>
    public IReadOnlyList<PolicyChange> Refresh()
    {
        lock (_gate)
        {
            var changes = new List<PolicyChange>();
            bool changed = false;
            foreach (var source in _sources)
            {
                changed |= source.Look(changes, ref _buffer);
            }

            if (changed)
            {
                var files = _sources.SelectMany(source => source.Files).ToList();
                _current = new Succession(files, _current, _time.GetUtcNow()).Next(changes);
                Array.ForEach(_sources, source => source.Forget());
            }

            return changes;
        }
    }
}

/// <summary>What the first reading of the policies gave.</summary>
/// <param name="Catalog">The catalog; null where there are errors: the host must not start.</param>
/// <param name="Errors">Everything that is wrong, file by file.</param>
/// <param name="Warnings">What is allowed but unwise.</param>
public sealed record PolicyCatalogLoad(
    PolicyCatalog? Catalog,
    IReadOnlyList<PolicyError> Errors,
    IReadOnlyList<PolicyError> Warnings);
