namespace OrleansLimiter.Policies;

/// <summary>A mapping with a fixed set of keys.</summary>
internal sealed class Fields(YamlMap map, string what, PolicyErrorList errors)
{
    private readonly List<string?> _misspelled = [];

    public Mark At => map.At;

    /// <summary>Opens a mapping and reports unknown keys. Returns null if the node is missing or not a mapping.</summary>
    public static Fields? Open(YamlNode? node, string what, PolicyErrorList errors, IReadOnlyCollection<string> known)
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
                fields._misspelled.Add(Suggestion.Nearest(key.Value, known));
                errors.AddUnknown(key.At, $"{what} has no key {Quoted.Of(key.Value)}", key.Value, known);
            }
        }

        return fields;
    }

    public YamlNode? Find(string key) => Entry(key).Value;

    /// <summary>Returns the position of a key, or that of the mapping if the key is missing.</summary>
    public Mark KeyAt(string key) => Entry(key).Key?.At ?? At;

    /// <summary>Finds a required value. A missing key is an error unless an unknown key is probably a misspelling of it.</summary>
    public YamlNode? Require(string key)
    {
        var node = Find(key);
        if (node is null && !_misspelled.Contains(key))
        {
            errors.Add(At, $"{what} has no '{key}'; it is required");
        }

        return node;
    }

    private YamlEntry Entry(string key) => map.Entries.FirstOrDefault(entry => entry.Key.Value == key);
}
