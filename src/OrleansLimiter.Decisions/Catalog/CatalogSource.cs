namespace OrleansLimiter.Decisions;

/// <summary>A configured path: a file, or a folder of files.</summary>
internal sealed class CatalogSource(string path)
{
    private readonly bool _isFolder = Directory.Exists(path);
    private readonly SortedDictionary<string, CatalogFile> _files = new(StringComparer.Ordinal);
    private bool _isUnlisted;
    private bool _isHeld;

    public string Path { get; } = path;

    /// <summary>The files, in the order of their names.</summary>
    public IReadOnlyCollection<CatalogFile> Files => _files.Values;

    /// <summary>Whether a policy of this source stays in force if all missing files are dropped.</summary>
    public bool HasRemaining => _files.Values.Any(file => file.Stays);

    /// <summary>Checks every file, and returns whether one changed. Adds a change if the folder cannot be listed any more.</summary>
    public bool Refresh(List<PolicyChange> changes, ref byte[] buffer, TimeProvider time)
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
            changed |= file.Refresh(ref buffer, time);
        }

        return changed;
    }

    /// <summary>
    /// Drops the policies of files that have been missing for a time, and returns whether there are any. The policies of a folder never
    /// vanish all at once, nor do those of all sources: the last ones stay in force, and a change reports it.
    /// </summary>
    public bool DropMissing(TimeProvider time, TimeSpan delay, bool anyRemains, List<PolicyChange> changes)
    {
        var due = _isUnlisted ? [] : _files.Values.Where(file => file.IsDue(time, delay)).ToList();
        bool isHeld = due.Count > 0 && !(_isFolder ? HasRemaining : anyRemains);
        if (isHeld && !_isHeld)
        {
            string found = _isFolder ? "no policy file is left in the folder, so its policies stay in force"
                : "no policy file is left, so its policy stays in force";
            var error = new PolicyError(Path, 0, 0, $"{found}; restore the files, or confirm the removal of each policy");
            changes.Add(new(PolicyChangeKind.Refused, Path, null, [error], []));
        }

        _isHeld = isHeld;
        if (isHeld)
        {
            return false;
        }

        due.ForEach(file => file.Drop());
        return due.Count > 0;
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
