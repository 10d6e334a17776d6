using System.Collections.Immutable;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>Finds where an override does not fit the policy that it is for.</summary>
internal static class OverrideFit
{
    /// <summary>Adds what is wrong to <paramref name="errors"/>, in which everything is that is wrong with the override alone.</summary>
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
        if (limit is not null && errors.Count == before)
        {
            CheckFits(change, limit, errors);
        }
    }

    private static void CheckWhen(Override change, PolicyDefinition policy, List<OverrideError> errors)
    {
        HashSet<string> seen = [];
        foreach (var (key, values) in (change.When ?? Condition.Always).Terms)
        {
            string field = "when." + key;
            if (!TryGetKnown(policy, change.Account, key, out var known))
            {
                string keys = string.Join(", ", [.. BuiltInDimension.All.Select(dimension => dimension.Name),
                    .. policy.Attributes.Select(attribute => attribute.Name)]);
                errors.Add(new(field, $"policy '{policy.Name}' knows no '{key}'; it knows {keys}"));
            }
            else if (values.IsDefaultOrEmpty)
            {
                errors.Add(new(field, $"'{key}' has no value; it must have at least one"));
            }
            else if (values.Select(AttributeValues.Validate).FirstOrDefault(error => error is not null) is { } error)
            {
                errors.Add(new(field, $"'{key}' has a value that cannot be: {error}"));
            }
            else if (!known.IsEmpty && values.FirstOrDefault(value => !known.Contains(value)) is { } unknown)
            {
                errors.Add(new(field, $"'{unknown}' is no value of '{key}' here; it must be one of {string.Join(", ", known)}"));
            }

            if (!seen.Add(key))
            {
                errors.Add(new(field, $"'{key}' is given twice; all its values belong in one list"));
            }
        }
    }

    // No known values: any. The account's kind is settled, so another one would be a condition that never holds.
    private static bool TryGetKnown(PolicyDefinition policy, Account account, string key, out ImmutableArray<string> known)
    {
        known = key == BuiltIn.Kind ? [AccountKinds.Words[account.Kind]]
            : BuiltInDimension.Find(key) is { } builtIn ? builtIn.Values(policy.Endpoints)
            : policy.Attributes.FirstOrDefault(attribute => attribute.Name == key)?.OneOf ?? default;
        return !known.IsDefault;
    }

    // Every case that the override can meet must give a rule; the first that does not is enough to say what is wrong.
    private static void CheckFits(Override change, LimitDefinition limit, List<OverrideError> errors)
    {
        var when = change.When ?? Condition.Always;
        if (!Conditions.Overlap(when, limit.When))
        {
            errors.Add(new("when", $"limit '{limit.Name}' never applies to such a request, so the override would do nothing"));
            return;
        }

        if (when.Terms.FirstOrDefault(term => !CanDistinguish(limit, term)) is { } shared)
        {
            errors.Add(new("when." + shared.Key,
                $"limit '{limit.Name}' counts every '{shared.Key}' together, so it cannot be another limit for some of them; leave '{shared.Key}' out"));
            return;
        }

        if (errors.Exists(error => error.Field is "permits" or "multiply" or "unlimited" or "window") || change.Unlimited)
        {
            return;
        }

        foreach (var one in limit.Cases.Where(one => Conditions.Overlap(when, one.When)))
        {
            if (OverrideArithmetic.Apply(change, one.Rule, out string? error) is null)
            {
                string field = change.Permits is null ? "multiply" : "permits";
                errors.Add(new(field, $"on the case of {one.Rule.Permits} permits per {one.Rule.Window} of limit '{limit.Name}': {error}"));
                return;
            }
        }
    }

    // Two rules for one bucket would contend, and the stricter would win. So a condition may look at what buckets are
    // kept apart by, at what the limit's own cases look at (a plan: the policy says that it does not vary with the
    // request), and at what the limit's condition has settled.
    private static bool CanDistinguish(LimitDefinition limit, ConditionTerm term) =>
        BuiltInDimension.AreApart(term.Key, ScopeDescriptor.Of(limit.Scope), limit.Key)
        || limit.Cases.Any(one => Conditions.Values(one.When, term.Key) is not null)
        || Conditions.Values(limit.When, term.Key)?.All(term.Values.Contains) == true;
}
