namespace OrleansLimiter.Policies;

/// <summary>Takes nodes for what they must be; null (and an error) where they are something else.</summary>
internal static class Nodes
{
    public static YamlMap? Map(YamlNode node, string what, PolicyErrorList errors) =>
        node as YamlMap ?? Wrong<YamlMap>(node, what, "a mapping (key: value)", errors);

    public static YamlList? List(YamlNode node, string what, PolicyErrorList errors) =>
        node as YamlList ?? Wrong<YamlList>(node, what, "a list ([a, b])", errors);

    /// <summary>Text of at least one character.</summary>
    public static YamlScalar? Text(YamlNode node, string what, PolicyErrorList errors, string expected = "text")
    {
        if (node is not YamlScalar scalar)
        {
            return Wrong<YamlScalar>(node, what, expected, errors);
        }

        if (scalar.IsNothing || scalar.Value.Length == 0)
        {
            errors.Add(node.At, $"{what} is empty; give it a value");
            return null;
        }

        return scalar;
    }

    /// <summary>One word, or a list of at least one, none twice.</summary>
    public static IReadOnlyList<YamlScalar> Words(YamlNode node, string what, PolicyErrorList errors)
    {
        if (node is not YamlList list)
        {
            return Text(node, what, errors, "a word or a list of words") is { } only ? [only] : [];
        }

        if (list.Items.Count is 0 or > PolicyBounds.MaxValues)
        {
            errors.Add(node.At, $"{what} has {list.Items.Count} values; 1 to {PolicyBounds.MaxValues} are expected");
            return [];
        }

        var words = new List<YamlScalar>();
        var seen = new HashSet<string>();
        foreach (var item in list.Items)
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

    private static T? Wrong<T>(YamlNode node, string what, string expected, PolicyErrorList errors)
        where T : YamlNode
    {
        if (node is not YamlRefused)
        {
            errors.Add(node.At, $"{what} is {node.Kind}; {expected} is expected");
        }

        return null;
    }
}
