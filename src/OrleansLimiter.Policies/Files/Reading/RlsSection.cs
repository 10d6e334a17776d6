namespace OrleansLimiter.Policies;

/// <summary>Reads <c>rls:</c>, for example <c>{ domain: edge, entries: { account: company }, on-missing: deny }</c>.</summary>
internal static class RlsSection
{
    private static readonly ImmutableArray<string> Keys = ["domain", "entries", "on-missing"];

    public static RlsDefinition Read(YamlNode? node, IdentityDraft identity, PolicyErrorList errors)
    {
        if (Fields.Open(node, "rls", errors, Keys) is not { } fields)
        {
            return new();
        }

        return new()
        {
            Domain = Text(fields.Find("domain"), "domain of rls", errors),
            Entries = Entries(fields.Find("entries"), identity, errors),
            OnMissing = Values.Choice(fields.Find("on-missing"), "on-missing of rls", errors, PolicyWords.RlsMissing)
                ?? PolicyWords.RlsMissing.First,
        };
    }

    /// <summary>The node of the domain; null if there is none.</summary>
    public static YamlNode? DomainOf(YamlNode? node) =>
        (node as YamlMap)?.Entries.FirstOrDefault(entry => entry.Key.Value == "domain").Value;

    private static ImmutableArray<RlsEntry> Entries(YamlNode? node, IdentityDraft identity, PolicyErrorList errors)
    {
        if (Nodes.Map(node, "entries of rls", errors) is not { } map)
        {
            return [];
        }

        string[] known = [.. RlsFields.Defaults.Select(entry => entry.Field), .. identity.Attributes.Select(attribute => attribute.Name)];
        var entries = ImmutableArray.CreateBuilder<RlsEntry>();
        foreach (var (field, value) in map.Entries)
        {
            if (!known.Contains(field.Value))
            {
                if (identity.AreNamesKnown)
                {
                    errors.AddUnknown(field.At, $"entries of rls has no field {Quoted.Of(field.Value)}", field.Value, known);
                }
            }
            else if (Text(value, $"the key of '{field.Value}'", errors) is { } key)
            {
                if (entries.FirstOrDefault(entry => entry.Key == key) is { } other)
                {
                    errors.Add(value.At, $"the key {Quoted.Of(key)} is that of '{other.Field}' already; give each field its own");
                }
                else
                {
                    entries.Add(new(field.Value, key));
                }
            }
        }

        return entries.ToImmutable();
    }

    private static string? Text(YamlNode? node, string what, PolicyErrorList errors)
    {
        if (Nodes.Text(node, what, errors) is not { } scalar)
        {
            return null;
        }

        if (AttributeValues.Validate(scalar.Value) is not { } error)
        {
            return scalar.Value;
        }

        errors.Add(scalar.At, $"{what} is {Quoted.Of(scalar.Value)}; {error}");
        return null;
    }
}
