namespace OrleansLimiter.Policies;

/// <summary>Reads an attribute: <c>{ from: header:X-Plan, one-of: [starter, prime], default: starter }</c>.</summary>
internal static class AttributeSection
{
    private static readonly ImmutableArray<string> Keys = ["from", "one-of", "default"];

    /// <summary>Reads an attribute and returns whether its values, which conditions can use, are valid.</summary>
    public static (AttributeDefinition Attribute, bool IsValid) Read(string name, YamlNode node, PolicyErrorList errors)
    {
        string what = $"the attribute {Quoted.Of(name)}";
        int before = errors.Count;
        if (Fields.Open(node, what, errors, Keys) is not { } fields)
        {
            return (new(name, null, [], ""), false);
        }

        var words = Nodes.Words(fields.Find("one-of"), $"one-of of {what}", errors);
        ImmutableArray<string> oneOf = [.. words.Where(word => CheckValue(word, what, errors)).Select(word => word.Value)];
        bool isValid = errors.Count == before;
        string? header = Nodes.Text(fields.Find("from"), $"from of {what}", errors) is { } source
            ? HeaderNames.FromSource(source, $"from of {what}", "header:Name", errors)
            : null;
        return (new(name, header, oneOf, Default(fields, what, oneOf, errors)), isValid);
    }

    /// <summary>Whether a word can be the value of an attribute. If not, this is an error.</summary>
    public static bool CheckValue(YamlScalar word, string what, PolicyErrorList errors)
    {
        if (AttributeValues.Validate(word.Value) is not { } error)
        {
            return true;
        }

        errors.Add(word.At, $"a value of {what} is {Quoted.Of(word.Value)}; {error}");
        return false;
    }

    private static string Default(Fields fields, string what, ImmutableArray<string> oneOf, PolicyErrorList errors)
    {
        if (Nodes.Text(fields.Require("default"), $"default of {what}", errors) is not { } word || !CheckValue(word, what, errors))
        {
            return "";
        }

        if (!oneOf.IsEmpty && !oneOf.Contains(word.Value))
        {
            errors.AddUnknown(word.At, $"default of {what} is {Quoted.Of(word.Value)}, which is not one of its values", word.Value, oneOf);
        }

        return word.Value;
    }
}
