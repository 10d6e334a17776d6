
namespace OrleansLimiter.Policies;

/// <summary>Reads policy files and finds everything that is wrong with them. Never throws for what a file holds.</summary>
public static class PolicyReader
{
    /// <summary>The largest file that is read, 1 MiB.</summary>
    public const int MaxFileBytes = 1024 * 1024;

    /// <summary>Reads one policy.</summary>
    /// <param name="file">The name that errors carry.</param>
    /// <param name="utf8">The file's content; a byte order mark is skipped.</param>
    public static PolicyReadResult Read(string file, ReadOnlyMemory<byte> utf8) => ReadNamed(file, utf8).Result;

    /// <summary>
    /// Reads files from disk and adds what is wrong between them (a policy's name twice). A file that is missing or
    /// cannot be read is an error.
    /// </summary>
    /// <param name="paths">The files; each gives one result, in this order.</param>
    public static IReadOnlyList<PolicyReadResult> ReadFiles(IReadOnlyList<string> paths)
    {
        var owners = new Dictionary<string, string>();
        var results = new List<PolicyReadResult>();
        byte[] buffer = [];
        foreach (string path in paths)
        {
            var file = PolicyFile.Read(path, ref buffer);
            var read = file.Error is { } error ? NamedResult.Failed(path, error) : ReadNamed(path, file.Content);
            results.Add(read.Name is { } name && !owners.TryAdd(name, path) ? read.Rivalled(owners[name]) : read.Result);
        }

        return results;
    }

    internal static NamedResult ReadNamed(string file, ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > MaxFileBytes)
        {
            return NamedResult.Failed(file, PolicyFile.TooLarge(utf8.Length));
        }

        var errors = new PolicyErrorList(file);
        var draft = Utf8Text.Read(utf8.Span, errors) is { } text && YamlTree.Read(text, errors) is { } root
            ? PolicySection.Read(root, errors)
            : new(null, null, default);
        return new(errors.Result(draft.Definition), draft.Name, draft.NameAt);
    }
}
