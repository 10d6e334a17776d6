namespace OrleansLimiter.Policies;

/// <summary>A mapping whose keys are known in advance. Unknown ones are reported as it is opened.</summary>
internal sealed class Fields
{
    private readonly YamlMap _map;
    private readonly string _what;
    private readonly FaultList _faults;
    private readonly List<string?> _misspelt = [];

    private Fields(YamlMap map, string what, FaultList faults)
    {
        _map = map;
        _what = what;
        _faults = faults;
    }

    public Mark At => _map.At;

    /// <summary>Opens a mapping; null (and a fault) where the node is something else.</summary>
    /// <param name="node">The node.</param>
    /// <param name="what">What it describes, for messages.</param>
    /// <param name="faults">Where faults go.</param>
    /// <param name="known">The keys that it may have.</param>
    public static Fields? Open(YamlNode node, string what, FaultList faults, IReadOnlyCollection<string> known)
    {
        if (Nodes.Map(node, what, faults) is not { } map)
        {
            return null;
        }

        var fields = new Fields(map, what, faults);
        foreach (var (key, _) in map.Entries)
        {
            if (!known.Contains(key.Value))
            {
                fields._misspelt.Add(Suggestion.Nearest(key.Value, known));
                faults.AddUnknown(key.At, $"{what} has no key {Quoted.Of(key.Value)}", key.Value, known);
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
            _faults.Add(At, $"{_what} has no '{key}'; it is required");
        }

        return node;
    }
}
