namespace OrleansLimiter.Policies;

/// <summary>
/// The words of the policy language, except those of <see cref="ScopeDescriptor"/>, <see cref="AlgorithmDescriptor"/> and
/// <see cref="AccountKinds"/>. The first word of an optional key is its default.
/// </summary>
public static class PolicyWords
{
    /// <summary>The words of <c>on-failure</c>.</summary>
    public static WordTable<OnFailureKind> OnFailure { get; } =
        new(("allow", OnFailureKind.Allow), ("deny", OnFailureKind.Deny), ("local", OnFailureKind.Local));

    /// <summary>The words of <c>beyond</c> in <c>account-groups</c>.</summary>
    public static WordTable<BeyondAccountGroups> BeyondAccountGroups { get; } =
        new(("refuse", Policies.BeyondAccountGroups.Refuse), ("allow", Policies.BeyondAccountGroups.Allow));

    /// <summary>The words of <c>on-missing</c> in <c>rls</c>.</summary>
    public static WordTable<RlsMissing> RlsMissing { get; } =
        new(("error", Policies.RlsMissing.Error), ("allow", Policies.RlsMissing.Allow), ("deny", Policies.RlsMissing.Deny));

    /// <summary>The words of <c>unlisted</c>.</summary>
    public static WordTable<Unlisted> Unlisted { get; } = new(("route", Policies.Unlisted.Route), ("shared", Policies.Unlisted.Shared));

    /// <summary>The words of <c>empty</c> in <c>identity</c>.</summary>
    public static WordTable<EmptyValues> Empty { get; } = new(("absent", EmptyValues.Absent), ("refuse", EmptyValues.Refuse));

    /// <summary>The words of <c>lease</c> in a limit: whether its permits can be leased.</summary>
    public static WordTable<bool> Lease { get; } = new(("none", false), ("auto", true));

    /// <summary>The words of <c>descriptor-limit</c> in a limit: whether a descriptor can replace its permits and window.</summary>
    public static WordTable<bool> DescriptorLimit { get; } = new(("refuse", false), ("allow", true));

    /// <summary>The words of <c>survive</c> in a limit. Its default depends on the window.</summary>
    public static WordTable<Survive> Survive { get; } =
        new(("none", OrleansLimiter.Survive.None), ("crash", OrleansLimiter.Survive.Crash), ("restart", OrleansLimiter.Survive.Restart));

    /// <summary>The words of <c>standard</c> in <c>responses</c>.</summary>
    public static WordTable<StandardHeaders> Standard { get; } =
        new(("none", StandardHeaders.None), ("draft-10", StandardHeaders.Draft10));

    /// <summary>The words of <c>problem-details</c> in <c>denied</c>.</summary>
    public static WordTable<ProblemFormat> ProblemFormat { get; } =
        new(("none", Policies.ProblemFormat.None), ("draft-10", Policies.ProblemFormat.Draft10));

    /// <summary>The words of <c>parameters</c> in <c>paths</c>.</summary>
    public static WordTable<PathParameters> PathParameters { get; } =
        new(("cut", Policies.PathParameters.Cut), ("keep", Policies.PathParameters.Keep));

    /// <summary>The words of <c>case</c> in <c>paths</c>.</summary>
    public static WordTable<PathCasing> PathCase { get; } = new(("ignore", PathCasing.Ignore), ("keep", PathCasing.Keep));

    /// <summary>The words of <c>encoded-slash</c> in <c>paths</c>.</summary>
    public static WordTable<EncodedSlash> EncodedSlash { get; } = new(
        ("refuse", Policies.EncodedSlash.Refuse), ("keep", Policies.EncodedSlash.Keep), ("separator", Policies.EncodedSlash.Separator));

    /// <summary>The words of <c>double-encoding</c> in <c>paths</c>.</summary>
    public static WordTable<DoubleEncoding> DoubleEncoding { get; } =
        new(("decode", Policies.DoubleEncoding.Decode), ("keep", Policies.DoubleEncoding.Keep));

    /// <summary>The words of <c>suffix</c> in <c>paths</c>.</summary>
    public static WordTable<PathSuffix> PathSuffix { get; } = new(("keep", Policies.PathSuffix.Keep), ("cut", Policies.PathSuffix.Cut));
}
