namespace OrleansLimiter.Decisions;

/// <summary>
/// A change of one limit for one account. Exactly one of <see cref="Permits"/>, <see cref="Multiply"/> and <see cref="Unlimited"/> is
/// set. Immutable.
/// </summary>
/// <remarks>
/// An override without <see cref="When"/> applies to all requests of the account; an override with <see cref="When"/> applies to
/// requests that satisfy the condition, and takes precedence. Setting an override is an error if one request could satisfy its
/// condition and the condition of another override of the limit.
/// </remarks>
public sealed record Override
{
    /// <summary>The maximum of <see cref="Multiply"/>: 1,000.</summary>
    public const decimal MaxMultiply = 1000;

    /// <summary>The maximum number of decimals of <see cref="Multiply"/>: 6.</summary>
    public const int MultiplyDecimals = 6;

    /// <summary>The maximum length of a note: 500 characters.</summary>
    public const int MaxNote = 500;

    /// <summary>The account whose limit is changed.</summary>
    public required Account Account { get; init; }

    /// <summary>The policy's name.</summary>
    public required string Policy { get; init; }

    /// <summary>The limit's name.</summary>
    public required string Limit { get; init; }

    /// <summary>
    /// Permits instead of the limit's, 0 to <see cref="Rule.MaxPermits"/>; 0 blocks. A token bucket's burst keeps its proportion.
    /// </summary>
    public int? Permits { get; init; }

    /// <summary>
    /// A factor for permits and burst, above 0 up to <see cref="MaxMultiply"/>, at most <see cref="MultiplyDecimals"/> decimals. The
    /// results are rounded down, but never below 1.
    /// </summary>
    public decimal? Multiply { get; init; }

    /// <summary>Whether the limit does not apply at all.</summary>
    public bool Unlimited { get; init; }

    /// <summary>
    /// A window instead of the limit's, <see cref="Rule.MinWindow"/> to <see cref="Rule.MaxWindow"/>; not with <see cref="Unlimited"/>.
    /// </summary>
    public TimeSpan? Window { get; init; }

    /// <summary>The condition of the requests that the override applies to; null for all requests of the account.</summary>
    public Condition? When { get; init; }

    /// <summary>The moment at which the override lapses; null for never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The reason, for people; at most <see cref="MaxNote"/> characters.</summary>
    public string Note { get; init; } = "";

    /// <summary>The name of the person or tool that set it; at most <see cref="MaxNote"/> characters.</summary>
    public string SetBy { get; init; } = "";

    /// <summary>The time at which it was set; filled in by <see cref="IOverrides.SetAsync"/>.</summary>
    public DateTimeOffset SetAt { get; init; }

    /// <summary>The version of the table with which it was added; filled in by the table. Unique in a table.</summary>
    public uint Version { get; init; }

    /// <summary>Whether <see cref="Until"/> has passed.</summary>
    public bool HasLapsed(DateTimeOffset utcNow) => utcNow >= Until;

    /// <summary>
    /// Applies the override to a rule. Returns null if the limit does not apply. If the policy has changed since, so that the result
    /// would not be a valid rule, the method returns <paramref name="rule"/> (<see cref="Validate"/> reports the error). An override
    /// with 0 permits always blocks.
    /// </summary>
    public Rule? Apply(Rule rule) => Unlimited ? null : Apply(rule, out _) ?? rule;

    /// <summary>Validates the override against the policy in force of that name, null if there is none. Returns all errors.</summary>
    public IReadOnlyList<OverrideError> Validate(PolicyDefinition? policy, DateTimeOffset utcNow) =>
        OverrideValidator.Validate(this, policy, utcNow);

    /// <summary>Applies an override with permits or a factor. Returns null, with the error, if the result is not a valid rule.</summary>
    /// <remarks>The burst changes in proportion to the permits: <c>permits: 200</c> on a limit of 100 equals <c>multiply: 2</c>.</remarks>
    internal Rule? Apply(Rule rule, out string? error)
    {
        long permits = Permits ?? Scale(rule.Permits);
        long? burst = rule.Burst == 0 ? null
            : Permits is null ? Scale(rule.Burst)
            : rule.Permits == 0 ? rule.Burst
            : Math.Max(1, rule.Burst * permits / rule.Permits);
        TimeSpan window = Window ?? rule.Window;
        error = Rule.Validate(rule.Algorithm, permits, window, burst);
        return error is null ? new(rule.Algorithm, (int)permits, window, (int?)burst) : null;
    }

    // A limit with 0 permits stays 0 with every factor.
    private long Scale(int permits) => permits == 0 ? 0 : Math.Max(1, (long)decimal.Floor(permits * (Multiply ?? 1)));
}

/// <summary>An error of an override.</summary>
/// <param name="Field">The field in the HTTP API (<c>permits</c>, <c>when.plan</c>); empty if the error has no field.</param>
/// <param name="Message">One sentence: what was found, and what is expected.</param>
public sealed record OverrideError(string Field, string Message);
