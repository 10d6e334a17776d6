namespace OrleansLimiter.AspNetCore;

/// <summary>
/// Requires a policy, or one limit of a policy, for an endpoint. The attribute can be repeated. A limit counts a request once: what names
/// the limit comes before what names its policy, and that before <see cref="OrleansLimiterOptions.GlobalPolicies"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class RequireLimitAttribute : Attribute
{
    /// <summary>Requires a policy or a limit.</summary>
    /// <param name="name">
    /// The name of a policy, or <c>policy/limit</c>. An app does not start if an endpoint names a policy or a limit that does not exist. If
    /// it vanishes later, an error is logged, and the endpoint is not limited by it.
    /// </param>
    public RequireLimitAttribute(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>The name of a policy, or <c>policy/limit</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// The number of permits that a request takes, 1 or more. Default: that of <see cref="OrleansLimiterOptions.Cost"/>, or 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Cost
    {
        get => OwnCost ?? 1;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            OwnCost = value;
        }
    }

    internal int? OwnCost { get; private set; }

    internal Func<HttpContext, int>? CostOf { get; init; }
}
