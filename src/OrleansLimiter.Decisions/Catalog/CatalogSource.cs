using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>A configured path: a file, or a folder of files.</summary>
internal sealed class CatalogSource(string path)
{
    private readonly bool _isFolder = Directory.Exists(path);
    private readonly SortedDictionary<string, CatalogFile> _files = new(StringComparer.Ordinal);
    private bool _isLost;

    public string Path { get; } = path;

    /// <summary>The files, in the order of their names.</summary>
    public IReadOnlyCollection<CatalogFile> Files => _files.Values;

    /// <summary>Checks every file for changes.</summary>
    /// <param name="changes">Receives a change if the folder cannot be listed any more.</param>
    /// <param name="buffer">A buffer for the content.</param>
    /// <returns>Whether any file changed.</returns>
    public bool Look(List<PolicyChange> changes, ref byte[] buffer)
    {
        if (List() is not { } listed)
        {
            Lose(changes);
            return false;
        }

        _isLost = false;
        foreach (string file in listed)
        {
            if (!_files.ContainsKey(file))
            {
                _files.Add(file, new(file));
            }
        }

        bool changed = false;
        foreach (var file in _files.Values)
        {
            changed |= file.Look(ref buffer);
        }

        return changed;
    }

    /// <summary>Removes files that are no longer in the folder. A file that is configured by name is kept.</summary>
    public void Forget()
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

    // An unmounted volume is an outage and must not remove every policy: the policies in force stay.
    private void Lose(List<PolicyChange> changes)
    {
        if (!_isLost)
        {
            var error = new PolicyError(Path, 0, 0, "the folder cannot be listed; what was in force stays, bring the folder back");
            changes.Add(new(PolicyChangeKind.Refused, Path, null, [error], []));
        }

        _isLost = true;
    }

    // Editors and mounts use names that begin with a dot for their own files.
    private static bool IsPolicy(string file) =>
        System.IO.Path.GetFileName(file) is var name && !name.StartsWith('.')
        && (name.EndsWith(".yaml", StringComparison.Ordinal) || name.EndsWith(".yml", StringComparison.Ordinal));
}
