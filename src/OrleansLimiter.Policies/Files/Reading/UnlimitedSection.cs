namespace OrleansLimiter.Policies;

/// <summary>The section <c>unlimited:</c>: its valid entries, and whether all entries are valid.</summary>
internal sealed record UnlimitedDraft(ImmutableArray<UnlimitedEntry> Entries, bool IsValid);

internal sealed record UnlimitedEntry(Mark At, Condition When);

/// <summary>Reads <c>unlimited:</c>, one <c>{ when: … }</c> or a list of them.</summary>
internal static class UnlimitedSection
{
    public static UnlimitedDraft Read(YamlNode? node, ConditionSection conditions, PolicyErrorList errors)
    {
        if (node is null)
        {
            return new([], true);
        }

        var items = node is YamlList ? Nodes.Items(node, "unlimited", PolicyBounds.MaxLimits, errors) : [node];
        var entries = ImmutableArray.CreateBuilder<UnlimitedEntry>();
        foreach (var item in items)
        {
            var when = Fields.Open(item, "unlimited", errors, ["when"])?.Require("when");
            if (conditions.Read(when, "'when' of unlimited", errors) is { } condition)
            {
                entries.Add(new(item.At, condition));
            }
        }

        return new(entries.ToImmutable(), items.Count > 0 && entries.Count == items.Count);
    }
}
