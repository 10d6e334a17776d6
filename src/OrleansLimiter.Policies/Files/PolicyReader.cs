namespace OrleansLimiter.Policies;

/// <summary>Reads and validates policy files. Invalid content is returned as errors and never causes an exception.</summary>
public static class PolicyReader
{
    /// <summary>The maximum size of a file: 1 MiB.</summary>
    public const int MaxFileBytes = 1024 * 1024;

    /// <summary>Reads one policy.</summary>
    /// <param name="file">The name of the file in errors.</param>
    /// <param name="utf8">The content of the file; a byte order mark is skipped.</param>
    public static PolicyReadResult Read(string file, ReadOnlyMemory<byte> utf8) => ReadNamed(file, utf8).Result;

    /// <summary>
    /// Reads policy files from disk and returns one result for each, in the same order. A file that cannot be read is an error, and so
    /// is a policy name, or a domain of a rate limit service, that an earlier file has.
    /// </summary>
    public static IReadOnlyList<PolicyReadResult> ReadFiles(IReadOnlyList<string> paths)
    {
        var owners = new Dictionary<string, string>();
        var domains = new Dictionary<string, PolicyReadResult>();
        var results = new List<PolicyReadResult>();
        byte[] buffer = [];
        foreach (string path in paths)
        {
            var file = PolicyFile.Read(path, ref buffer);
            var read = file.Error is { } error ? NamedResult.Failed(path, error) : ReadNamed(path, file.Content);
            if (read.Name is { } name && !owners.TryAdd(name, path))
            {
                results.Add(read.WithDuplicateName(owners[name]));
            }
            else if (read.Result.Policy is { } policy && !domains.TryAdd(RlsFields.DomainOf(policy), read.Result))
            {
                PolicyReadResult owner = domains[RlsFields.DomainOf(policy)];
                results.Add(read.WithDuplicateDomain(owner.Policy!.Name, owner.File));
            }
            else
            {
                results.Add(read.Result);
            }
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
        PolicyDraft draft = new(null, null, default, default);
        if (Utf8Text.Read(utf8.Span, errors) is { } text && YamlTree.Read(text, errors) is { } root)
        {
            if (!PolicySection.IsPolicy(root))
            {
                const string Error = "this file is not a policy; a policy begins with 'policy:' and its name";
                return new(new(file, null, [new(file, root.At.Line, root.At.Column, Error)], []), null, default, default);
            }

            draft = PolicySection.Read(root, errors);
        }

        return new(errors.Result(draft.Definition), draft.Name, draft.NameAt, draft.DomainAt);
    }
}
