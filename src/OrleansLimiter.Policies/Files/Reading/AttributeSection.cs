using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>Reads one attribute: <c>{ from: header:X-Plan, one-of: [starter, prime], default: starter }</c>.</summary>
internal static class AttributeSection
{
    private static readonly ImmutableArray<string> Keys = ["from", "one-of", "default"];

    /// <summary>The attribute, and whether the values that conditions may use are known.</summary>
    public static (AttributeDefinition Attribute, bool IsSound) Read(string name, YamlNode node, PolicyErrorList errors)
    {
        string what = $"the attribute {Quoted.Of(name)}";
        int before = errors.Count;
        if (Fields.Open(node, what, errors, Keys) is not { } fields)
        {
            return (new(name, null, [], ""), false);
        }

        ImmutableArray<string> oneOf = [];
        if (fields.Find("one-of") is { } list)
        {
            oneOf = [.. Nodes.Words(list, $"one-of of {what}", errors).Where(word => IsValue(word, what, errors)).Select(word => word.Value)];
        }

        bool sound = errors.Count == before;
        string? header = fields.Find("from") is { } from && Nodes.Text(from, $"from of {what}", errors) is { } source
            ? HeaderNames.FromSource(source, $"from of {what}", "header:Name", errors)
            : null;
        return (new(name, header, oneOf, Default(fields, what, oneOf, errors)), sound);
    }

    /// <summary>Whether a word can be an attribute's value.</summary>
    public static bool IsValue(YamlScalar word, string what, PolicyErrorList errors)
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
        if (fields.Require("default") is not { } node
            || Nodes.Text(node, $"default of {what}", errors) is not { } word
            || !IsValue(word, what, errors))
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
