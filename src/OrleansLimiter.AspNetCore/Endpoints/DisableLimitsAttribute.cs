namespace OrleansLimiter.AspNetCore;

/// <summary>
/// Disables the limits of an endpoint: those of <see cref="OrleansLimiterOptions.GlobalPolicies"/>, and those that metadata before this
/// requires, such as the metadata of a group. Limits that metadata after this requires apply.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class DisableLimitsAttribute : Attribute;
