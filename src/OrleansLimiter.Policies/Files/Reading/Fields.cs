namespace OrleansLimiter.Policies;

/// <summary>A mapping whose keys are known in advance. Unknown ones are reported as it is opened.</summary>
internal sealed class Fields
{
    private readonly YamlMap _map;
    private readonly string _what;
    private readonly PolicyErrorList _errors;
    private readonly List<string?> _misspelt = [];

    private Fields(YamlMap map, string what, PolicyErrorList errors)
    {
        _map = map;
        _what = what;
        _errors = errors;
    }

    public Mark At => _map.At;

    /// <summary>Opens a mapping; null (and an error) where the node is something else.</summary>
    /// <param name="node">The node.</param>
    /// <param name="what">What it describes, for messages.</param>
    /// <param name="errors">Where errors go.</param>
    /// <param name="known">The keys that it may have.</param>
    public static Fields? Open(YamlNode node, string what, PolicyErrorList errors, IReadOnlyCollection<string> known)
    {
        if (Nodes.Map(node, what, errors) is not { } map)
        {
            return null;
        }

        var fields = new Fields(map, what, errors);
        foreach (var (key, _) in map.Entries)
        {
            if (!known.Contains(key.Value))
            {
                fields._misspelt.Add(Suggestion.Nearest(key.Value, known));
                errors.AddUnknown(key.At, $"{what} has no key {Quoted.Of(key.Value)}", key.Value, known);
            }
        }

        return fields;
    }

    public YamlNode? Find(string key) => _map.Entries.FirstOrDefault(entry => entry.Key.Value == key).Value;

    /// <summary>Where a key stands; the mapping's own place where it does not.</summary>
    public Mark KeyAt(string key) => _map.Entries.FirstOrDefault(entry => entry.Key.Value == key).Key?.At ?? At;

    public YamlNode? Require(string key)
    {
        var node = Find(key);
        if (node is null && !_misspelt.Contains(key))
        {
            _errors.Add(At, $"{_what} has no '{key}'; it is required");
        }

        return node;
    }
}
