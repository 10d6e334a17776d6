using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>What <c>identity:</c> says.</summary>
/// <param name="Account">Where the account is read from.</param>
/// <param name="Attributes">Every attribute that is declared, a faulty one too: conditions may speak of it.</param>
/// <param name="Empty">What one without a value counts as.</param>
/// <param name="IsSound">Whether the names and values that conditions may use are known.</param>
internal sealed record IdentityDraft(
    ImmutableArray<AccountSource> Account, ImmutableArray<AttributeDefinition> Attributes, EmptyValues Empty, bool IsSound)
{
    /// <summary>Whether a name that is not among the attributes is surely none.</summary>
    public bool KnowsNames => IsSound || !Attributes.IsEmpty;
}

/// <summary>Reads <c>identity:</c>.</summary>
internal static class IdentitySection
{
    private const string Account = "account";
    private const string Empty = "empty";

    private static readonly ImmutableArray<string> Reserved =
        [.. BuiltInDimension.All.Select(dimension => dimension.Name), Account];

    public static IdentityDraft Read(YamlNode? node, FaultList faults)
    {
        if (node is null || Nodes.Map(node, "identity", faults) is not { } map)
        {
            return new([], [], EmptyValues.Absent, false);
        }

        ImmutableArray<AccountSource>? account = null;
        EmptyValues empty = PolicyWords.Empty.First;
        bool sound = true;
        var attributes = ImmutableArray.CreateBuilder<AttributeDefinition>();
        foreach (var (key, value) in map.Entries)
        {
            if (key.Value == Account)
            {
                account = AccountSources(value, faults);
            }
            else if (key.Value == Empty && value is not YamlMap)
            {
                // An attribute of that name is a mapping: policies that are older than this key may have one.
                empty = Values.Choice(value, Empty, faults, PolicyWords.Empty) ?? empty;
            }
            else
            {
                sound &= IsName(key, faults);
                var (attribute, isSound) = AttributeSection.Read(key.Value, value, faults);
                attributes.Add(attribute);
                sound &= isSound;
            }
        }

        if (account is null)
        {
            faults.Add(map.At, "identity has no 'account'; say where it is read from, as in account: [header:X-Account-Id, ip]");
        }

        if (attributes.Count > PolicyBounds.MaxAttributes)
        {
            faults.Add(map.At, $"identity has {attributes.Count} attributes; at most {PolicyBounds.MaxAttributes} are expected");
        }

        return new(account ?? [], attributes.ToImmutable(), empty, sound && account is { IsEmpty: false });
    }

    private static bool IsName(YamlScalar key, FaultList faults)
    {
        string? fault = Reserved.Contains(key.Value)
            ? $"an attribute is named '{key.Value}', which every policy has already; choose another name"
            : Names.Attribute.Fault(key.Value) is { } wrong ? $"an attribute is named {Quoted.Of(key.Value)}; {wrong}" : null;
        if (fault is not null)
        {
            faults.Add(key.At, fault);
        }

        return fault is null;
    }

    private static ImmutableArray<AccountSource> AccountSources(YamlNode node, FaultList faults)
    {
        var sources = ImmutableArray.CreateBuilder<AccountSource>();
        foreach (var word in Nodes.Words(node, Account, faults))
        {
            if (sources.Contains(AccountSource.Ip))
            {
                faults.Add(word.At, $"the source {Quoted.Of(word.Value)} is never read: every request has an 'ip'; put 'ip' last");
            }
            else if (word.Value == AccountSource.Ip.ToString())
            {
                sources.Add(AccountSource.Ip);
            }
            else if (HeaderNames.FromSource(word, "a source of the account", "header:Name or ip", faults) is { } header)
            {
                Add(sources, header, word, faults);
            }
        }

        return sources.ToImmutable();
    }

    private static void Add(
        ImmutableArray<AccountSource>.Builder sources, string header, YamlScalar word, FaultList faults)
    {
        if (sources.Any(source => source.Kind == AccountSourceKind.Header && header.Equals(source.Name, StringComparison.OrdinalIgnoreCase)))
        {
            faults.Add(word.At, $"the header '{header}' is given twice; upper and lower case make no difference");
            return;
        }

        sources.Add(AccountSource.Header(header));
    }
}
