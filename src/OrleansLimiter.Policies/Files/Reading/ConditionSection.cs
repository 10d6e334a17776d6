namespace OrleansLimiter.Policies;

/// <summary>Reads conditions with the attributes and endpoints of a policy.</summary>
internal sealed class ConditionSection(IdentityDraft identity, EndpointsDraft endpoints)
{
    private readonly Dictionary<string, ImmutableArray<string>> _values = BuiltInDimension.All
        .Select(dimension => (dimension.Name, Values: dimension.Values(endpoints.Endpoints)))
        .Concat(identity.Attributes.Select(attribute => (attribute.Name, Values: attribute.OneOf)))
        .DistinctBy(pair => pair.Name)
        .ToDictionary(pair => pair.Name, pair => pair.Values);

    /// <summary>Reads a condition. Returns null if it, or a section that it refers to, is invalid or missing.</summary>
    public Condition? Read(YamlNode? node, string what, PolicyErrorList errors)
    {
        int before = errors.Count;
        if (Nodes.Map(node, what, errors) is not { } map)
        {
            return null;
        }

        if (map.Entries.Count == 0)
        {
            errors.Add(map.At, $"{what} is empty; name a key and its values, or leave it out");
        }

        var terms = ImmutableArray.CreateBuilder<ConditionTerm>();
        foreach (var (key, value) in map.Entries)
        {
            if (_values.TryGetValue(key.Value, out var known))
            {
                var words = Nodes.Words(value, $"{key.Value} in {what}", errors);
                foreach (var word in words)
                {
                    CheckValue(key.Value, word, known, what, errors);
                }

                terms.Add(new(key.Value, [.. words.Select(word => word.Value)]));
            }
            else if (identity.AreNamesKnown)
            {
                string message = $"{what} has the key {Quoted.Of(key.Value)}, which is not an attribute of 'identity'";
                errors.AddUnknown(key.At, message, key.Value, _values.Keys);
            }
        }

        return identity.IsValid && endpoints.IsValid && errors.Count == before ? new(terms.ToImmutable()) : null;
    }

    private void CheckValue(string key, YamlScalar word, ImmutableArray<string> known, string what, PolicyErrorList errors)
    {
        if (known.IsEmpty)
        {
            AttributeSection.CheckValue(word, $"{key} in {what}", errors);
        }
        else if (known.Contains(word.Value))
        {
            if (identity.IsValid && BuiltInDimension.Find(key)?.Missing(word.Value, identity.Account) is { } missing)
            {
                errors.Add(word.At, $"{key} in {what} is '{word.Value}', which never occurs; {missing}");
            }
        }
        else if (key != BuiltIn.Endpoint || endpoints.AreNamesKnown)
        {
            errors.AddUnknown(word.At, $"{key} in {what} is {Quoted.Of(word.Value)}", word.Value, known);
        }
    }
}
