using System.Collections.Frozen;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>
/// Determines which file provides the policy of each name, and creates the next snapshot. A file keeps a name until its content
/// changes the name or the file is removed; then the first file with a valid policy of that name provides it.
/// </summary>
internal sealed class CatalogSnapshotBuilder(IReadOnlyList<CatalogFile> files, PolicySnapshot before, DateTimeOffset now)
{
    private readonly Dictionary<string, CatalogFile> _owners = [];

    /// <summary>Creates the next snapshot and the list of changes.</summary>
    public PolicySnapshot Next(List<PolicyChange> changes)
    {
        Own(file => file.IsMissing || (file.ValidName ?? NameInForce(file)) != NameInForce(file) ? null : NameInForce(file));
        Own(file => file.ValidName);
        Own(file => file.ValidName is { } name && _owners[name] == file ? null : NameInForce(file));

        var entries = new Dictionary<string, PolicyEntry>();
        var refused = new List<RefusedChange>();
        foreach (var file in files)
        {
            Settle(file, changes);
            if (file.InForce is { } entry)
            {
                entries.Add(entry.Policy.Name, entry);
            }
            else if (file.Refused is { } refusal)
            {
                refused.Add(refusal);
            }
        }

        changes.AddRange(before.Policies.Values
            .Where(entry => !entries.ContainsKey(entry.Policy.Name))
            .Select(entry => new PolicyChange(PolicyChangeKind.Removed, entry.File, entry.Policy.Name, [], [])));
        return new(entries.ToFrozenDictionary(), [.. refused]);
    }

    private static string? NameInForce(CatalogFile file) => file.InForce?.Policy.Name;

    private void Own(Func<CatalogFile, string?> claim)
    {
        foreach (var file in files)
        {
            if (claim(file) is { } name)
            {
                _owners.TryAdd(name, file);
            }
        }
    }

    private void Settle(CatalogFile file, List<PolicyChange> changes)
    {
        if (file.ValidName is { } name && _owners[name] == file)
        {
            Enforce(file, file.Read!.Result, changes);
        }
        else
        {
            Refuse(file, changes);
        }

        file.IsFresh = false;
    }

    private void Refuse(CatalogFile file, List<PolicyChange> changes)
    {
        if (file.Read is { } read && !file.IsMissing && (file.IsFresh || file.Refused is null))
        {
            var errors = file.ValidName is { } name ? read.WithDuplicateName(_owners[name].Path).Errors : read.Result.Errors;
            file.Refused = new(file.Path, now, errors);
            changes.Add(new(PolicyChangeKind.Refused, file.Path, NameInForce(file) ?? read.Name, errors, []));
        }

        bool keeps = NameInForce(file) is { } held && _owners[held] == file;
        file.InForce = keeps ? file.InForce! with { Refused = file.Refused } : null;
    }

    private void Enforce(CatalogFile file, PolicyReadResult result, List<PolicyChange> changes)
    {
        var definition = result.Policy!;
        var old = before.Policies.GetValueOrDefault(definition.Name);
        bool isSame = old is not null && Generations.Same(old.Policy.Definition, definition);
        if (!isSame || file.Refused is not null)
        {
            changes.Add(new(
                old is null ? PolicyChangeKind.Loaded : PolicyChangeKind.Replaced,
                file.Path,
                definition.Name,
                [],
                [.. result.Warnings, .. Generations.Warnings(file.Path, old?.Policy.Definition, definition, isSame)]));
        }

        // An unchanged policy keeps its object, and with it the plans that are cached in it.
        file.Refused = null;
        file.InForce = isSame
            ? old! with { File = file.Path, Refused = null }
            : new(new Policy(definition), file.Path, now, null);
    }
}
