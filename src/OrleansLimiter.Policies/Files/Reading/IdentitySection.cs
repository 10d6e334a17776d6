using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>The section <c>identity:</c>.</summary>
/// <param name="Account">Where the account is read from.</param>
/// <param name="Attributes">Every attribute that is declared, an invalid one too: conditions may name it.</param>
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

    public static IdentityDraft Read(YamlNode? node, PolicyErrorList errors)
    {
        if (node is null || Nodes.Map(node, "identity", errors) is not { } map)
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
                account = AccountSources(value, errors);
            }
            else if (key.Value == Empty && value is not YamlMap)
            {
                // An attribute of that name is a mapping: policies that are older than this key may have one.
                empty = Values.Choice(value, Empty, errors, PolicyWords.Empty) ?? empty;
            }
            else
            {
                sound &= IsName(key, errors);
                var (attribute, isSound) = AttributeSection.Read(key.Value, value, errors);
                attributes.Add(attribute);
                sound &= isSound;
            }
        }

        if (account is null)
        {
            errors.Add(map.At, "identity has no 'account'; say where it is read from, as in account: [header:X-Account-Id, ip]");
        }

        if (attributes.Count > PolicyBounds.MaxAttributes)
        {
            errors.Add(map.At, $"identity has {attributes.Count} attributes; at most {PolicyBounds.MaxAttributes} are expected");
        }

        return new(account ?? [], attributes.ToImmutable(), empty, sound && account is { IsEmpty: false });
    }

    private static bool IsName(YamlScalar key, PolicyErrorList errors)
    {
        string? error = Reserved.Contains(key.Value)
            ? $"an attribute is named '{key.Value}', which every policy has already; choose another name"
            : Names.Attribute.Validate(key.Value) is { } wrong ? $"an attribute is named {Quoted.Of(key.Value)}; {wrong}" : null;
        if (error is not null)
        {
            errors.Add(key.At, error);
        }

        return error is null;
    }

    private static ImmutableArray<AccountSource> AccountSources(YamlNode node, PolicyErrorList errors)
    {
        var sources = ImmutableArray.CreateBuilder<AccountSource>();
        foreach (var word in Nodes.Words(node, Account, errors))
        {
            if (sources.Contains(AccountSource.Ip))
            {
                errors.Add(word.At, $"the source {Quoted.Of(word.Value)} is never read: every request has an 'ip'; put 'ip' last");
            }
            else if (word.Value == AccountSource.Ip.ToString())
            {
                sources.Add(AccountSource.Ip);
            }
            else if (HeaderNames.FromSource(word, "a source of the account", "header:Name or ip", errors) is { } header)
            {
                Add(sources, header, word, errors);
            }
        }

        return sources.ToImmutable();
    }

    private static void Add(
        ImmutableArray<AccountSource>.Builder sources, string header, YamlScalar word, PolicyErrorList errors)
    {
        if (sources.Any(source => source.Kind == AccountSourceKind.Header && header.Equals(source.Name, StringComparison.OrdinalIgnoreCase)))
        {
            errors.Add(word.At, $"the header '{header}' is given twice; upper and lower case make no difference");
            return;
        }

        sources.Add(AccountSource.Header(header));
    }
}
