namespace OrleansLimiter.Policies;

/// <summary>Reads <c>key:</c>, the further dimensions of the buckets of a limit.</summary>
internal static class KeySection
{
    public static ImmutableArray<string> Read(YamlNode? node, string what, Scope? scope, IdentityDraft identity, PolicyErrorList errors)
    {
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
                errors.Add(word.At, $"key of {what} names '{word.Value}', but every bucket is for one account; leave it out");
            }
            else if (!known.Contains(word.Value) && identity.AreNamesKnown)
            {
                errors.AddUnknown(word.At, $"key of {what} names {Quoted.Of(word.Value)}", word.Value, known);
            }
            else if (scope is { } value && BuiltInDimension.AreApart(word.Value, ScopeDescriptor.Of(value), []))
            {
                errors.Warn(word.At, $"key of {what} names '{word.Value}', which has no effect in this scope; leave it out");
            }
        }

        return [.. words.Select(word => word.Value)];
    }
}
