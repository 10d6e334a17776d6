using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>Reads <c>limits:</c>.</summary>
internal sealed class LimitSection(ConditionSection conditions, IdentityDraft identity, PolicyErrorList errors)
{
    private static readonly ImmutableArray<string> Keys =
        ["name", "scope", "when", "unless", "key", "algorithm", "permits", "window", "burst", "lease", "cases", "headers"];

    private static readonly ImmutableArray<string> CaseKeys = ["when", "permits", "window", "burst"];

    public ImmutableArray<LimitDraft> Read(YamlNode? node)
    {
        if (node is null || Nodes.List(node, "limits", errors) is not { } list)
        {
            return [];
        }

        if (list.Items.Count is 0 or > PolicyBounds.MaxLimits)
        {
            errors.Add(node.At, $"limits has {list.Items.Count} entries; 1 to {PolicyBounds.MaxLimits} are expected");
            return [];
        }

        var lines = new Dictionary<string, int>();
        return [.. list.Items.Select((item, index) => Limit(item, index, lines))];
    }

    private LimitDraft Limit(YamlNode node, int index, Dictionary<string, int> lines)
    {
        int before = errors.Count;
        string what = Called(node, index);
        if (Fields.Open(node, what, errors, Keys) is not { } fields)
        {
            return new(node.At, "");
        }

        bool sound = errors.Count == before;
        string name = Name(fields, lines);
        var scope = fields.Require("scope") is { } word ? Values.Choice(word, $"scope of {what}", errors, ScopeDescriptor.Words) : null;
        var algorithm = fields.Require("algorithm") is { } kind
            ? Values.Choice(kind, $"algorithm of {what}", errors, AlgorithmDescriptor.Words)
            : null;
        var (when, isWhenSound) = Condition(fields, "when", what);
        var (unless, isUnlessSound) = Condition(fields, "unless", what);
        var (cases, areCasesSound) = Cases(fields, what, algorithm);
        return new(fields.At, name)
        {
            Scope = scope,
            When = when ?? Policies.Condition.Always,
            Unless = unless,
            Key = KeySection.Read(fields.Find("key"), what, scope, identity, errors),
            Cases = cases,
            Lease = LeaseSection.Read(fields, what, cases, errors),
            LeaseAt = fields.KeyAt("lease"),
            Headers = HeaderSection.Read(fields.Find("headers"), $"headers of {what}", errors),
            IsSound = sound && isWhenSound && isUnlessSound && areCasesSound,
        };
    }

    private static string Called(YamlNode node, int index) =>
        (node as YamlMap)?.Entries.FirstOrDefault(entry => entry.Key.Value == "name").Value is YamlScalar { Value.Length: > 0 } name
            ? $"the limit {Quoted.Of(name.Value)}"
            : $"limit number {index + 1}";

    private string Name(Fields fields, Dictionary<string, int> lines)
    {
        if (fields.Require("name") is not { } node || Names.Limit.Read(node, "the name of a limit", errors) is not { } name)
        {
            return "";
        }

        if (!lines.TryAdd(name, node.At.Line))
        {
            errors.Add(node.At, $"a limit named '{name}' is in line {lines[name]} already; names are unique");
        }

        return name;
    }

    private (Condition? Condition, bool IsSound) Condition(Fields fields, string key, string what)
    {
        var node = fields.Find(key);
        var condition = node is null ? null : conditions.Read(node, $"'{key}' of {what}", errors);
        return (condition, node is null || condition is not null);
    }

    private (ImmutableArray<CaseDraft> Cases, bool IsSound) Cases(Fields fields, string what, Algorithm? algorithm)
    {
        if (fields.Find("cases") is not { } node)
        {
            return ([new(fields.At, Policies.Condition.Always, RuleSection.Read(fields, what, algorithm, errors))], true);
        }

        foreach (string key in (ReadOnlySpan<string>)["permits", "window", "burst"])
        {
            if (fields.Find(key) is not null)
            {
                errors.Add(fields.KeyAt(key), $"{what} has 'cases' and '{key}'; move '{key}' into the cases");
            }
        }

        if (Nodes.List(node, $"cases of {what}", errors) is not { } list)
        {
            return ([], false);
        }

        if (list.Items.Count is 0 or > PolicyBounds.MaxCases)
        {
            errors.Add(node.At, $"cases of {what} has {list.Items.Count} entries; 1 to {PolicyBounds.MaxCases} are expected");
            return ([], false);
        }

        bool sound = true;
        var cases = list.Items.Select(item => Case(item, $"a case of {what}", algorithm, ref sound)).ToImmutableArray();
        return (cases, sound);
    }

    private CaseDraft Case(YamlNode node, string what, Algorithm? algorithm, ref bool sound)
    {
        int before = errors.Count;
        if (Fields.Open(node, what, errors, CaseKeys) is not { } fields)
        {
            sound = false;
            return new(node.At, Policies.Condition.Always, null);
        }

        var (when, isSound) = errors.Count == before ? Condition(fields, "when", what) : (null, false);
        sound &= isSound;
        return new(fields.At, when ?? Policies.Condition.Always, RuleSection.Read(fields, what, algorithm, errors));
    }
}
