using System.Collections.Immutable;

namespace OrleansLimiter.Policies;

/// <summary>Reads <c>key:</c>, the further dimensions of a limit's buckets.</summary>
internal static class KeySection
{
    public static ImmutableArray<string> Read(
        YamlNode? node, string what, Scope? scope, IdentityDraft identity, PolicyErrorList errors)
    {
        if (node is null)
        {
            return [];
        }

        ImmutableArray<string> known =
        [
            .. BuiltInDimension.All.Where(dimension => dimension.CanBeKey).Select(dimension => dimension.Name),
            .. identity.Attributes.Select(attribute => attribute.Name),
        ];
        var words = Nodes.Words(node, $"key of {what}", errors);
        foreach (var word in words)
        {
            if (word.Value == "account" || BuiltInDimension.Find(word.Value) is { CanBeKey: false })
            {
                errors.Add(word.At, $"key of {what} names '{word.Value}', but every bucket belongs to one account already; leave it out");
            }
            else if (!known.Contains(word.Value) && identity.KnowsNames)
            {
                errors.AddUnknown(word.At, $"key of {what} names {Quoted.Of(word.Value)}", word.Value, known);
            }
            else if (scope is { } of && BuiltInDimension.AreApart(word.Value, ScopeDescriptor.Of(of), []))
            {
                errors.Warn(word.At, $"key of {what} names '{word.Value}', which its scope keeps apart already; leave it out");
            }
        }

        return [.. words.Select(word => word.Value)];
    }
}
