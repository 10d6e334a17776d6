namespace OrleansLimiter.Policies;

/// <summary>Casts nodes to the expected kind. A node of another kind is an error; a missing node, null, is not.</summary>
internal static class Nodes
{
    public static YamlMap? Map(YamlNode? node, string what, PolicyErrorList errors) =>
        Cast<YamlMap>(node, what, "a mapping (key: value)", errors);

    /// <summary>Returns the items of a list of 1 to <paramref name="max"/> items; empty if it is invalid or missing.</summary>
    public static IReadOnlyList<YamlNode> Items(YamlNode? node, string what, int max, PolicyErrorList errors, string unit = "entries")
    {
        if (Cast<YamlList>(node, what, "a list ([a, b])", errors) is not { } list)
        {
            return [];
        }

        if (list.Items.Count > 0 && list.Items.Count <= max)
        {
            return list.Items;
        }

        errors.Add(list.At, $"{what} has {list.Items.Count} {unit}; 1 to {max} are expected");
        return [];
    }

    /// <summary>Returns text of at least one character.</summary>
    public static YamlScalar? Text(YamlNode? node, string what, PolicyErrorList errors, string expected = "text")
    {
        var scalar = Cast<YamlScalar>(node, what, expected, errors);
        if (scalar is { IsNull: false, Value.Length: > 0 } or null)
        {
            return scalar;
        }

        errors.Add(scalar.At, $"{what} is empty; give it a value");
        return null;
    }

    /// <summary>Returns one word, or a list of different words; empty if it is invalid or missing.</summary>
    public static IReadOnlyList<YamlScalar> Words(YamlNode? node, string what, PolicyErrorList errors)
    {
        if (node is not YamlList)
        {
            return Text(node, what, errors, "a word or a list of words") is { } only ? [only] : [];
        }

        var words = new List<YamlScalar>();
        var seen = new HashSet<string>();
        foreach (var item in Items(node, what, PolicyBounds.MaxValues, errors, "values"))
        {
            if (Text(item, what, errors) is not { } word)
            {
                continue;
            }

            if (seen.Add(word.Value))
            {
                words.Add(word);
            }
            else
            {
                errors.Add(word.At, $"{what} names {Quoted.Of(word.Value)} twice; once is enough");
            }
        }

        return words;
    }

    private static T? Cast<T>(YamlNode? node, string what, string expected, PolicyErrorList errors)
        where T : YamlNode
    {
        if (node is not (null or T or YamlRefused))
        {
            errors.Add(node.At, $"{what} is {node.Kind}; {expected} is expected");
        }

        return node as T;
    }
}
