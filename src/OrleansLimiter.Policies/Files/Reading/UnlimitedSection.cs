using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>The section <c>unlimited:</c>.</summary>
/// <param name="Entries">Its conditions, as far as they could be read.</param>
/// <param name="IsSound">Whether all of them could.</param>
internal sealed record UnlimitedDraft(ImmutableArray<UnlimitedEntry> Entries, bool IsSound);

/// <summary>One entry of it.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="When">What is not limited.</param>
internal sealed record UnlimitedEntry(Mark At, Condition When);

/// <summary>Reads <c>unlimited:</c>, one <c>{ when: … }</c> or a list of such.</summary>
internal static class UnlimitedSection
{
    public static UnlimitedDraft Read(YamlNode? node, ConditionSection conditions, PolicyErrorList errors)
    {
        if (node is null)
        {
            return new([], true);
        }

        IReadOnlyList<YamlNode> items = node is YamlList list ? list.Items : [node];
        if (items.Count is 0 or > PolicyBounds.MaxLimits)
        {
            errors.Add(node.At, $"unlimited has {items.Count} entries; 1 to {PolicyBounds.MaxLimits} are expected");
            return new([], false);
        }

        var entries = ImmutableArray.CreateBuilder<UnlimitedEntry>();
        foreach (var item in items)
        {
            if (Fields.Open(item, "unlimited", errors, ["when"])?.Require("when") is { } when
                && conditions.Read(when, "'when' of unlimited", errors) is { } condition)
            {
                entries.Add(new(item.At, condition));
            }
        }

        return new(entries.ToImmutable(), entries.Count == items.Count);
    }
}
