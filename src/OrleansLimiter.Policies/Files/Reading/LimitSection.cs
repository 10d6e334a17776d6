namespace OrleansLimiter.Policies;

/// <summary>Reads <c>limits:</c>.</summary>
internal sealed class LimitSection(ConditionSection conditions, IdentityDraft identity, PolicyErrorList errors)
{
    private static readonly ImmutableArray<string> RuleKeys = ["permits", "window", "burst"];

    private static readonly ImmutableArray<string> CaseKeys = ["when", .. RuleKeys];

    private static readonly ImmutableArray<string> Keys =
        ["name", "scope", "when", "unless", "key", "algorithm", .. RuleKeys, "lease", "survive", "descriptor-limit", "cases", "headers"];

    private readonly Dictionary<string, int> _lines = [];

    public ImmutableArray<LimitDraft> Read(YamlNode? node) =>
        [.. Nodes.Items(node, "limits", PolicyBounds.MaxLimits, errors).Select(Limit)];

    private LimitDraft Limit(YamlNode node, int index)
    {
        int before = errors.Count;
        string what = Describe(node, index);
        if (Fields.Open(node, what, errors, Keys) is not { } fields)
        {
            return new(node.At, "");
        }

        bool isValid = errors.Count == before;
        string name = Name(fields);
        var scope = Values.Choice(fields.Require("scope"), $"scope of {what}", errors, ScopeDescriptor.Words);
        var algorithm = Values.Choice(fields.Require("algorithm"), $"algorithm of {what}", errors, AlgorithmDescriptor.Words);
        var when = Condition(fields, "when", what, ref isValid);
        var unless = Condition(fields, "unless", what, ref isValid);
        var cases = Cases(fields, what, algorithm, ref isValid);
        return new(fields.At, name)
        {
            Scope = scope,
            When = when ?? Policies.Condition.Always,
            Unless = unless,
            Key = KeySection.Read(fields.Find("key"), what, scope, identity, errors),
            Cases = cases,
            Lease = LeaseSection.Read(fields, what, cases, errors),
            LeaseAt = fields.KeyAt("lease"),
            Survive = SurviveSection.Read(fields, what, cases, errors),
            DescriptorLimit =
                Values.Choice(fields.Find("descriptor-limit"), $"descriptor-limit of {what}", errors, PolicyWords.DescriptorLimit) ?? false,
            Headers = HeaderSection.Read(fields.Find("headers"), $"headers of {what}", errors),
            IsValid = isValid,
        };
    }

    private static string Describe(YamlNode node, int index) =>
        (node as YamlMap)?.Entries.FirstOrDefault(entry => entry.Key.Value == "name").Value is YamlScalar { Value.Length: > 0 } name
            ? $"the limit {Quoted.Of(name.Value)}"
            : $"limit number {index + 1}";

    private string Name(Fields fields)
    {
        if (fields.Require("name") is not { } node || Names.Limit.Read(node, "the name of a limit", errors) is not { } name)
        {
            return "";
        }

        if (!_lines.TryAdd(name, node.At.Line))
        {
            errors.Add(node.At, $"a limit named '{name}' is in line {_lines[name]} already; names are unique");
        }

        return name;
    }

    private Condition? Condition(Fields fields, string key, string what, ref bool isValid)
    {
        var node = fields.Find(key);
        var condition = conditions.Read(node, $"'{key}' of {what}", errors);
        isValid &= node is null || condition is not null;
        return condition;
    }

    private ImmutableArray<CaseDraft> Cases(Fields fields, string what, Algorithm? algorithm, ref bool isValid)
    {
        if (fields.Find("cases") is not { } node)
        {
            return [new(fields.At, Policies.Condition.Always, RuleSection.Read(fields, what, algorithm, errors))];
        }

        foreach (string key in RuleKeys.Where(key => fields.Find(key) is not null))
        {
            errors.Add(fields.KeyAt(key), $"{what} has 'cases' and '{key}'; move '{key}' into the cases");
        }

        var cases = ImmutableArray.CreateBuilder<CaseDraft>();
        foreach (var item in Nodes.Items(node, $"cases of {what}", PolicyBounds.MaxCases, errors))
        {
            cases.Add(Case(item, $"a case of {what}", algorithm, ref isValid));
        }

        isValid &= cases.Count > 0;
        return cases.ToImmutable();
    }

    private CaseDraft Case(YamlNode node, string what, Algorithm? algorithm, ref bool isValid)
    {
        int before = errors.Count;
        if (Fields.Open(node, what, errors, CaseKeys) is not { } fields)
        {
            isValid = false;
            return new(node.At, Policies.Condition.Always, null);
        }

        bool hasKnownKeys = errors.Count == before;
        isValid &= hasKnownKeys;
        var when = hasKnownKeys ? Condition(fields, "when", what, ref isValid) : null;
        return new(fields.At, when ?? Policies.Condition.Always, RuleSection.Read(fields, what, algorithm, errors));
    }
}
