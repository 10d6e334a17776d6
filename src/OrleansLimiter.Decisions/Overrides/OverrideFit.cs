namespace OrleansLimiter.Decisions;

/// <summary>Validates an override against its policy.</summary>
internal static class OverrideFit
{
    /// <summary>Adds errors to <paramref name="errors"/>, which contains the errors that do not depend on the policy.</summary>
    public static void Check(Override change, PolicyDefinition policy, List<OverrideError> errors)
    {
        var limit = policy.Limits.FirstOrDefault(limit => limit.Name == change.Limit);
        if (limit is null)
        {
            string names = string.Join(", ", policy.Limits.Select(known => known.Name));
            errors.Add(new("limit", $"policy '{policy.Name}' has no limit '{change.Limit}'; it has {names}"));
        }

        int before = errors.Count;
        CheckWhen(change, policy, errors);
        if (limit is not null && errors.Count == before && Mismatch(change, limit, errors) is { } mismatch)
        {
            errors.Add(mismatch);
        }
    }

    private static void CheckWhen(Override change, PolicyDefinition policy, List<OverrideError> errors)
    {
        HashSet<string> seen = [];
        foreach (var (key, values) in (change.When ?? Condition.Always).Terms)
        {
            string field = "when." + key;
            var known = KnownValues(policy, change.Account, key);
            string? error = known.IsDefault
                ? $"policy '{policy.Name}' has no '{key}'; conditions can use {string.Join(", ", Keys(policy))}"
                : values.IsDefaultOrEmpty ? $"'{key}' has no value; it must have at least one"
                : values.Select(AttributeValues.Validate).FirstOrDefault(error => error is not null) is { } invalid
                    ? $"'{key}' has an invalid value: {invalid}"
                : !known.IsEmpty && values.FirstOrDefault(value => !known.Contains(value)) is { } unknown
                    ? $"'{unknown}' is not a value of '{key}'; it must be one of {string.Join(", ", known)}"
                : null;
            if (error is not null)
            {
                errors.Add(new(field, error));
            }

            if (!seen.Add(key))
            {
                errors.Add(new(field, $"'{key}' is given twice; put all its values into one list"));
            }
        }
    }

    private static IEnumerable<string> Keys(PolicyDefinition policy) =>
        [.. BuiltInDimension.All.Select(dimension => dimension.Name), .. policy.Attributes.Select(attribute => attribute.Name)];

    // An empty list allows any value; the default means that there is no such key. A condition on another kind of account never holds.
    private static ImmutableArray<string> KnownValues(PolicyDefinition policy, Account account, string key) =>
        key == BuiltIn.Kind ? [AccountKinds.Words[account.Kind]]
        : BuiltInDimension.Find(key) is { } builtIn ? builtIn.Values(policy.Endpoints)
        : policy.Attributes.FirstOrDefault(attribute => attribute.Name == key)?.OneOf ?? default;

    // The override must result in a valid rule for every case that it can apply to. The first error is reported.
    private static OverrideError? Mismatch(Override change, LimitDefinition limit, List<OverrideError> errors)
    {
        var when = change.When ?? Condition.Always;
        if (!Conditions.Overlap(when, limit.When))
        {
            return new("when", $"limit '{limit.Name}' never applies to such a request, so the override would have no effect");
        }

        if (when.Terms.FirstOrDefault(term => !CanDistinguish(limit, term)) is { Key: var key })
        {
            return new("when." + key,
                $"limit '{limit.Name}' counts all values of '{key}' together, so an override cannot apply to some of them; remove '{key}'");
        }

        bool hasRule = !change.Unlimited && !errors.Exists(error => error.Field is "permits" or "multiply" or "unlimited" or "window");
        foreach (Rule rule in limit.Cases.Where(one => hasRule && Conditions.Overlap(when, one.When)).Select(one => one.Rule))
        {
            if (change.Apply(rule, out string? error) is null)
            {
                string field = change.Permits is null ? "multiply" : "permits";
                return new(field, $"for the case of {rule.Permits} permits per {rule.Window} of limit '{limit.Name}': {error}");
            }
        }

        return null;
    }

    // If a bucket gets two rules, the stricter one wins. So a condition can use the dimensions that have separate buckets, those that
    // the cases of the limit use (such as a plan, which is the same in all requests of an account), and those that the condition of the
    // limit restricts to the same values.
    private static bool CanDistinguish(LimitDefinition limit, ConditionTerm term) =>
        BuiltInDimension.AreApart(term.Key, ScopeDescriptor.Of(limit.Scope), limit.Key)
        || limit.Cases.Any(one => Conditions.Values(one.When, term.Key) is not null)
        || Conditions.Values(limit.When, term.Key)?.All(term.Values.Contains) == true;
}
