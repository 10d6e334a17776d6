using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>Reads one attribute: <c>{ from: header:X-Plan, one-of: [starter, prime], default: starter }</c>.</summary>
internal static class AttributeSection
{
    private static readonly ImmutableArray<string> Keys = ["from", "one-of", "default"];

    /// <summary>The attribute, and whether the values that conditions may use are known.</summary>
    public static (AttributeDefinition Attribute, bool IsSound) Read(string name, YamlNode node, FaultList faults)
    {
        string what = $"the attribute {Quoted.Of(name)}";
        int before = faults.Count;
        if (Fields.Open(node, what, faults, Keys) is not { } fields)
        {
            return (new(name, null, [], ""), false);
        }

        ImmutableArray<string> oneOf = [];
        if (fields.Find("one-of") is { } list)
        {
            oneOf = [.. Nodes.Words(list, $"one-of of {what}", faults).Where(word => IsValue(word, what, faults)).Select(word => word.Value)];
        }

        bool sound = faults.Count == before;
        string? header = fields.Find("from") is { } from && Nodes.Text(from, $"from of {what}", faults) is { } source
            ? HeaderNames.FromSource(source, $"from of {what}", "header:Name", faults)
            : null;
        return (new(name, header, oneOf, Default(fields, what, oneOf, faults)), sound);
    }

    /// <summary>Whether a word can be an attribute's value.</summary>
    public static bool IsValue(YamlScalar word, string what, FaultList faults)
    {
        if (AttributeValues.Fault(word.Value) is not { } fault)
        {
            return true;
        }

        faults.Add(word.At, $"a value of {what} is {Quoted.Of(word.Value)}; {fault}");
        return false;
    }

    private static string Default(Fields fields, string what, ImmutableArray<string> oneOf, FaultList faults)
    {
        if (fields.Require("default") is not { } node
            || Nodes.Text(node, $"default of {what}", faults) is not { } word
            || !IsValue(word, what, faults))
        {
            return "";
        }

        if (!oneOf.IsEmpty && !oneOf.Contains(word.Value))
        {
            faults.AddUnknown(word.At, $"default of {what} is {Quoted.Of(word.Value)}, which is not one of its values", word.Value, oneOf);
        }

        return word.Value;
    }
}
