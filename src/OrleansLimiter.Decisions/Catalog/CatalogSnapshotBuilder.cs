using System.Collections.Frozen;
using System.Text.Json;

namespace OrleansLimiter.Decisions;

/// <summary>
/// Determines which file provides the policy of each name, and creates the next snapshot. A file keeps a name until its content changes
/// the name or its policy is dropped; then the first file with a valid policy of that name provides it. A new file takes over the name of
/// a missing file at once, because files are renamed in this way. A policy whose domain of a rate limit service another policy has is not
/// provided: <see cref="DomainConflicts"/>.
/// </summary>
internal sealed class CatalogSnapshotBuilder(IReadOnlyList<CatalogFile> files, PolicySnapshot before, DateTimeOffset now)
{
    private readonly Dictionary<string, CatalogFile> _owners = [];
    private readonly DomainConflicts _domains = new();

    /// <summary>Creates the next snapshot and the list of changes.</summary>
    public PolicySnapshot Next(List<PolicyChange> changes)
    {
        do
        {
            ClaimNames();
        }
        while (_domains.Add(files, Proposed));

        foreach (var file in files)
        {
            if (Provides(file))
            {
                Enforce(file, file.Read!.Result, changes);
            }
            else
            {
                Refuse(file, changes);
            }

            file.IsFresh = false;
        }

        var entries = files.Select(file => file.InForce).OfType<PolicyEntry>().ToFrozenDictionary(entry => entry.Policy.Name);
        var refused = files.Where(file => file.InForce is null).Select(file => file.Refused).OfType<RefusedChange>();
        changes.AddRange(before.Policies.Values
            .Where(entry => !entries.ContainsKey(entry.Policy.Name))
            .Select(entry => new PolicyChange(PolicyChangeKind.Removed, entry.File, entry.Policy.Name, [], [])));
        return new(entries, [.. refused]);
    }

    /// <summary>Whether two definitions are equal; comments and layout are ignored.</summary>
    internal static bool IsSame(PolicyDefinition one, PolicyDefinition other) => ReferenceEquals(one, other)
        || Bytes(one).AsSpan().SequenceEqual(Bytes(other));

    private static byte[] Bytes(PolicyDefinition definition) =>
        JsonSerializer.SerializeToUtf8Bytes(definition, DefinitionJson.Default.PolicyDefinition);

    private static string? NameInForce(CatalogFile file) => file.InForce?.Policy.Name;

    // The name of the current content, unless it is refused because of its domain.
    private string? ValidName(CatalogFile file) => _domains.OwnerOf(file) is null ? file.ValidName : null;

    private bool Provides(CatalogFile file) => ValidName(file) is { } name && _owners[name] == file;

    private bool Keeps(CatalogFile file) => NameInForce(file) is { } held && _owners[held] == file;

    private ProposedPolicy? Proposed(CatalogFile file) =>
        Provides(file) ? new(file, file.Read!.Result.Policy!, IsNew: true)
        : Keeps(file) ? new(file, file.InForce!.Policy.Definition, IsNew: false)
        : null;

    private void ClaimNames()
    {
        _owners.Clear();
        Claim(file => file.IsMissing || (ValidName(file) ?? NameInForce(file)) != NameInForce(file) ? null : NameInForce(file));
        Claim(file => file.IsFresh ? ValidName(file) : null);
        Claim(file => file.IsMissing ? NameInForce(file) : null);
        Claim(ValidName);
        Claim(file => Provides(file) ? null : NameInForce(file));
    }

    // Gives each file the name that it claims, unless another file has the name already.
    private void Claim(Func<CatalogFile, string?> nameOf)
    {
        foreach (var file in files)
        {
            if (nameOf(file) is { } name)
            {
                _owners.TryAdd(name, file);
            }
        }
    }

    private void Refuse(CatalogFile file, List<PolicyChange> changes)
    {
        if (file.Read is { } read && !file.IsMissing && (file.IsFresh || file.Refused is null))
        {
            var errors = _domains.OwnerOf(file) is { } owner ? read.WithDuplicateDomain(owner.Policy.Name, owner.File.Path).Errors
                : file.ValidName is { } name ? read.WithDuplicateName(_owners[name].Path).Errors
                : read.Result.Errors;
            file.Refused = new(file.Path, now, errors);
            changes.Add(new(PolicyChangeKind.Refused, file.Path, NameInForce(file) ?? read.Name, errors, []));
        }

        if (file.IsMissing && file.InForce is { MissingSince: null } missing && _owners[missing.Policy.Name] == file)
        {
            changes.Add(new(PolicyChangeKind.Missing, file.Path, missing.Policy.Name, [], []));
        }

        file.InForce = Keeps(file) ? file.InForce! with { Refused = file.Refused, MissingSince = file.MissingSince } : null;
    }

    private void Enforce(CatalogFile file, PolicyReadResult result, List<PolicyChange> changes)
    {
        var definition = result.Policy!;
        var old = before.Policies.GetValueOrDefault(definition.Name);
        bool isSame = old is not null && IsSame(old.Policy.Definition, definition);
        if (!isSame || file.Refused is not null)
        {
            changes.Add(new(
                old is null ? PolicyChangeKind.Loaded : PolicyChangeKind.Replaced,
                file.Path,
                definition.Name,
                [],
                isSame ? result.Warnings : [.. result.Warnings, .. GenerationWarnings(file.Path, old?.Policy.Definition, definition)]));
        }

        // An unchanged policy keeps its object, and with it the plans that are cached in it.
        file.Refused = null;
        file.InForce = isSame
            ? old! with { File = file.Path, Refused = null, MissingSince = null }
            : new(new Policy(definition), file.Path, now, null);
    }

    private static IEnumerable<PolicyError> GenerationWarnings(string file, PolicyDefinition? old, PolicyDefinition next) =>
        old is null || next.Generation > old.Generation ? []
        : [new(file, 0, 0, next.Generation == old.Generation
            ? $"the policy '{next.Name}' changed, but its generation is still {next.Generation}; raise it with every change, "
                + "or living buckets keep the stricter of both rules"
            : $"the generation of the policy '{next.Name}' fell from {old.Generation} to {next.Generation}; raise it above "
                + $"{old.Generation}, or living buckets keep the old rules")];
}
