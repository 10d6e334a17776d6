using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>Reads conditions against the words that a policy knows.</summary>
internal sealed class ConditionSection
{
    private readonly Dictionary<string, IReadOnlyCollection<string>> _values;
    private readonly bool _isSound;
    private readonly bool _knowsAttributes;
    private readonly bool _knowsEndpoints;
    private readonly IdentityDraft _identity;

    public ConditionSection(IdentityDraft identity, EndpointsDraft endpoints)
    {
        _isSound = identity.IsSound && endpoints.IsSound;
        _knowsAttributes = identity.KnowsNames;
        _knowsEndpoints = endpoints.KnowsNames;
        _identity = identity;
        _values = BuiltInDimension.All.ToDictionary(
            dimension => dimension.Name, IReadOnlyCollection<string> (dimension) => dimension.Values(endpoints.Endpoints));
        foreach (var attribute in identity.Attributes)
        {
            _values.TryAdd(attribute.Name, attribute.OneOf);
        }
    }

    /// <summary>Reads a condition.</summary>
    /// <returns>Null if the condition, or a section that it refers to, is invalid.</returns>
    public Condition? Read(YamlNode node, string what, PolicyErrorList errors)
    {
        int before = errors.Count;
        if (Nodes.Map(node, what, errors) is not { } map)
        {
            return null;
        }

        if (map.Entries.Count == 0)
        {
            errors.Add(node.At, $"{what} is empty; name a key and its values, or leave it out");
        }

        var terms = ImmutableArray.CreateBuilder<ConditionTerm>();
        foreach (var (key, value) in map.Entries)
        {
            if (!_values.TryGetValue(key.Value, out var known))
            {
                UnknownKey(key, what, errors);
                continue;
            }

            var words = Nodes.Words(value, $"{key.Value} in {what}", errors);
            foreach (var word in words)
            {
                CheckValue(key.Value, word, known, what, errors);
            }

            terms.Add(new(key.Value, [.. words.Select(word => word.Value)]));
        }

        return _isSound && errors.Count == before ? new(terms.ToImmutable()) : null;
    }

    // Where the identity section is invalid, its declarations are not known, and further errors would mislead.
    private void UnknownKey(YamlScalar key, string what, PolicyErrorList errors)
    {
        if (_knowsAttributes)
        {
            errors.AddUnknown(
                key.At, $"{what} speaks of {Quoted.Of(key.Value)}, which is no attribute of 'identity'", key.Value, _values.Keys);
        }
    }

    private void CheckValue(
        string key, YamlScalar word, IReadOnlyCollection<string> known, string what, PolicyErrorList errors)
    {
        if (known.Count == 0)
        {
            AttributeSection.IsValue(word, $"{key} in {what}", errors);
        }
        else if (!known.Contains(word.Value))
        {
            if (key == BuiltIn.Endpoint && !_knowsEndpoints)
            {
                return;
            }

            errors.AddUnknown(word.At, $"{key} in {what} is {Quoted.Of(word.Value)}", word.Value, known);
        }
        else if (_identity.IsSound && BuiltInDimension.Find(key)?.Missing(word.Value, _identity.Account) is { } missing)
        {
            errors.Add(word.At, $"{key} in {what} is '{word.Value}', which never occurs; {missing}");
        }
    }
}
