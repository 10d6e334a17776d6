namespace OrleansLimiter.Decisions;

/// <summary>A configured path: a file, or a folder of files.</summary>
internal sealed class CatalogSource(string path)
{
    private readonly bool _isFolder = Directory.Exists(path);
    private readonly SortedDictionary<string, CatalogFile> _files = new(StringComparer.Ordinal);
    private bool _isUnlisted;

    public string Path { get; } = path;

    /// <summary>The files, in the order of their names.</summary>
    public IReadOnlyCollection<CatalogFile> Files => _files.Values;

    /// <summary>Checks every file, and returns whether one changed. Adds a change if the folder cannot be listed any more.</summary>
    public bool Refresh(List<PolicyChange> changes, ref byte[] buffer)
    {
        if (List() is not { } listed)
        {
            ReportUnlisted(changes);
            return false;
        }

        _isUnlisted = false;
        foreach (string file in listed)
        {
            _files.TryAdd(file, new(file));
        }

        bool changed = false;
        foreach (var file in _files.Values)
        {
            changed |= file.Refresh(ref buffer);
        }

        return changed;
    }

    /// <summary>Removes files that are no longer in the folder. A file that is configured by name is kept.</summary>
    public void RemoveGone()
    {
        foreach (var file in _files.Values.Where(file => _isFolder && file.IsGone).ToList())
        {
            _files.Remove(file.Path);
        }
    }

    private IEnumerable<string>? List()
    {
        if (!_isFolder)
        {
            return [Path];
        }

        try
        {
            return Directory.GetFiles(Path).Where(IsPolicy);
        }
        catch (Exception e) when (PolicyFile.IsFileError(e))
        {
            return null;
        }
    }

    // An unmounted volume is an outage and must not remove every policy, so the policies stay in force.
    private void ReportUnlisted(List<PolicyChange> changes)
    {
        if (!_isUnlisted)
        {
            var error = new PolicyError(Path, 0, 0, "the folder cannot be listed; its policies stay in force, restore the folder");
            changes.Add(new(PolicyChangeKind.Refused, Path, null, [error], []));
        }

        _isUnlisted = true;
    }

    // Names that begin with a dot are those of temporary files of editors and mounts.
    private static bool IsPolicy(string file) =>
        System.IO.Path.GetFileName(file) is var name && !name.StartsWith('.')
        && (name.EndsWith(".yaml", StringComparison.Ordinal) || name.EndsWith(".yml", StringComparison.Ordinal));
}
