using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>
/// A change of one limit for one account. Exactly one of <see cref="Permits"/>, <see cref="Multiply"/> and
/// <see cref="Unlimited"/> is given. Immutable.
/// </summary>
/// <remarks>
/// Without <see cref="When"/> it replaces every case of the limit; with it, only requests for which it holds. An override
/// with <see cref="When"/> goes before one without. Two with conditions that a request could both satisfy are refused
/// when the second is set: whichever order decided between them, one would silently not do what it says.
/// </remarks>
public sealed record Override
{
    /// <summary>The most by which a limit can be multiplied, 1,000; more is written as permits, or as unlimited.</summary>
    public const decimal MaxMultiply = 1000;

    /// <summary>The decimals that a factor may have, 6: finer ones change no limit below a million permits.</summary>
    public const int MultiplyDecimals = 6;

    /// <summary>The longest note, 500 characters: a reason and a link, not a document.</summary>
    public const int MaxNote = 500;

    /// <summary>Whose limit is changed.</summary>
    public required Account Account { get; init; }

    /// <summary>The policy's name.</summary>
    public required string Policy { get; init; }

    /// <summary>The limit's name.</summary>
    public required string Limit { get; init; }

    /// <summary>Permits instead of the limit's, 0 to <see cref="Rule.MaxPermits"/>; 0 blocks. A token bucket's burst keeps its proportion.</summary>
    public int? Permits { get; init; }

    /// <summary>
    /// A factor for permits and burst, above 0 up to <see cref="MaxMultiply"/>, at most <see cref="MultiplyDecimals"/>
    /// decimals. The results are rounded down, but never below 1.
    /// </summary>
    public decimal? Multiply { get; init; }

    /// <summary>Whether the limit does not apply at all.</summary>
    public bool Unlimited { get; init; }

    /// <summary>A window instead of the limit's, <see cref="Rule.MinWindow"/> to <see cref="Rule.MaxWindow"/>; not with <see cref="Unlimited"/>.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>The requests that it is for; null: all of the account's.</summary>
    public Condition? When { get; init; }

    /// <summary>From this moment on it is as if it had been removed; null: never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Why, for people; at most <see cref="MaxNote"/> characters.</summary>
    public string Note { get; init; } = "";

    /// <summary>Who set it, as far as administration knows; at most <see cref="MaxNote"/> characters.</summary>
    public string SetBy { get; init; } = "";

    /// <summary>When it was set; filled in by <see cref="IOverrides.SetAsync"/>.</summary>
    public DateTimeOffset SetAt { get; init; }

    /// <summary>The version of the table that brought it; filled in by the table. Unique in a table.</summary>
    public uint Version { get; init; }

    /// <summary>Whether <see cref="Until"/> has come.</summary>
    public bool HasLapsed(DateTimeOffset utcNow) => utcNow >= Until;

    /// <summary>
    /// The rule that takes the place of <paramref name="rule"/>; null: none, the limit does not apply. Where the policy
    /// has changed since, so that the result would not be a rule any more, it is <paramref name="rule"/> itself
    /// (<see cref="Validate"/> tells); a block always remains one.
    /// </summary>
    public Rule? Apply(Rule rule) => Unlimited ? null : OverrideArithmetic.Apply(this, rule, out _) ?? rule;

    /// <summary>Everything that is wrong with it under a policy; empty where nothing is.</summary>
    /// <param name="policy">The policy in force of that name; null where there is none.</param>
    /// <param name="utcNow">Now: an override that has lapsed already is an error.</param>
    public IReadOnlyList<OverrideError> Validate(PolicyDefinition? policy, DateTimeOffset utcNow) =>
        OverrideValidator.Validate(this, policy, utcNow);
}

/// <summary>Something that is wrong with an override.</summary>
/// <param name="Field">The field, as administration names it (<c>permits</c>, <c>when.plan</c>); empty where it is none of them.</param>
/// <param name="Message">What was found and what would be right, in one sentence.</param>
public sealed record OverrideError(string Field, string Message);
