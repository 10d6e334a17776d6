using System.Text;

namespace OrleansLimiter.Decisions;

/// <summary>Validates an override and returns all errors at once.</summary>
internal static class OverrideValidator
{
    /// <summary>Validates what does not depend on a policy or on the time.</summary>
    public static List<OverrideError> Validate(Override change)
    {
        List<OverrideError> errors = [];
        CheckTexts(change, errors);
        CheckAmount(change, errors);
        return errors;
    }

    public static IReadOnlyList<OverrideError> Validate(Override change, PolicyDefinition? policy, DateTimeOffset utcNow)
    {
        var errors = Validate(change);
        if (change.Until is { } until && change.HasLapsed(utcNow))
        {
            errors.Add(new("until", $"until is {until.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}, which has passed; it must be later than now"));
        }

        if (policy is null)
        {
            errors.Add(new("policy", $"no policy '{change.Policy}' is in force"));
        }
        else
        {
            OverrideFit.Check(change, policy, errors);
        }

        return errors;
    }

    private static void CheckTexts(Override change, List<OverrideError> errors)
    {
        // A number in a file.
        if (!Enum.IsDefined(change.Account.Kind))
        {
            errors.Add(new("kind", $"kind is {change.Account.Kind}; it must be {string.Join(" or ", AccountKinds.Words.Words)}"));
        }

        if (AccountNames.Validate(change.Account.Name) is { } error)
        {
            errors.Add(new("account", $"account is not a valid name: {error}"));
        }

        foreach (var (field, text) in new[] { ("note", change.Note), ("by", change.SetBy) })
        {
            if (text.Length > Override.MaxNote || !IsText(text))
            {
                errors.Add(new(field, $"{field} has {text.Length} characters; it must be text of at most {Override.MaxNote}"));
            }
        }
    }

    private static void CheckAmount(Override change, List<OverrideError> errors)
    {
        int given = (change.Permits is null ? 0 : 1) + (change.Multiply is null ? 0 : 1) + (change.Unlimited ? 1 : 0);
        if (given != 1)
        {
            string field = change.Permits is not null ? "permits" : change.Multiply is not null ? "multiply" : "unlimited";
            errors.Add(new(field, $"{given} of permits, multiply and unlimited are given; it must be exactly one"));
        }

        if (change.Permits is < 0 or > Rule.MaxPermits)
        {
            errors.Add(new("permits", $"permits is {change.Permits}; it must be from 0 to {Rule.MaxPermits}"));
        }

        if (change.Multiply is { } factor
            && (factor <= 0 || factor > Override.MaxMultiply || decimal.Round(factor, Override.MultiplyDecimals) != factor))
        {
            errors.Add(new("multiply", FormattableString.Invariant($"multiply is {factor}; it must be above 0, ")
                + $"at most {Override.MaxMultiply}, with at most {Override.MultiplyDecimals} decimals"));
        }

        if (change.Window is { } window && (change.Unlimited || window < Rule.MinWindow || window > Rule.MaxWindow))
        {
            errors.Add(new("window", change.Unlimited
                ? "window is given with unlimited; it needs permits or multiply"
                : FormattableString.Invariant($"window is {window.TotalMilliseconds} ms; it must be from 1 ms to 366 days")));
        }
    }

    // UTF-8 cannot represent an unpaired surrogate.
    private static bool IsText(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;
}
