using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>A path that a host was given: a file, or a folder of files.</summary>
internal sealed class CatalogSource(string path)
{
    private readonly bool _isFolder = Directory.Exists(path);
    private readonly SortedDictionary<string, CatalogFile> _files = new(StringComparer.Ordinal);
    private bool _isLost;

    public string Path { get; } = path;

    /// <summary>Its files, in the order of their names.</summary>
    public IReadOnlyCollection<CatalogFile> Files => _files.Values;

    /// <summary>Looks at every file again.</summary>
    /// <param name="changes">Where it is told that the folder cannot be listed any more.</param>
    /// <param name="buffer">Where to read them.</param>
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

    /// <summary>Drops files of a folder that are gone; a file that was named stays awaited.</summary>
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

    // An unmounted volume is an outage, not a wish to remove every policy: what was in force stays.
    private void Lose(List<PolicyChange> changes)
    {
        if (!_isLost)
        {
            var error = new PolicyError(Path, 0, 0, "the folder cannot be listed; what was in force stays, bring the folder back");
            changes.Add(new(PolicyChangeKind.Refused, Path, null, [error], []));
        }

        _isLost = true;
    }

    // Names that begin with a dot are what editors and mounts keep for themselves.
    private static bool IsPolicy(string file) =>
        System.IO.Path.GetFileName(file) is var name && !name.StartsWith('.')
        && (name.EndsWith(".yaml", StringComparison.Ordinal) || name.EndsWith(".yml", StringComparison.Ordinal));
}
