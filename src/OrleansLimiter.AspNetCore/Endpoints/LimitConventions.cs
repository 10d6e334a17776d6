using Microsoft.AspNetCore.Builder;

namespace OrleansLimiter.AspNetCore;

/// <summary>Adds limits to endpoints: of minimal APIs, controllers, gRPC services and groups.</summary>
public static class LimitConventions
{
    /// <summary>Requires a policy, or one limit of a policy. See <see cref="RequireLimitAttribute"/>.</summary>
    /// <param name="builder">The endpoints.</param>
    /// <param name="name">The name of a policy, or <c>policy/limit</c>.</param>
    /// <returns>The endpoints.</returns>
    public static TBuilder RequireLimit<TBuilder>(this TBuilder builder, string name)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequireLimitAttribute(name));

    /// <summary>Requires a policy, or one limit of a policy, with a cost.</summary>
    /// <param name="builder">The endpoints.</param>
    /// <param name="name">The name of a policy, or <c>policy/limit</c>.</param>
    /// <param name="cost">The number of permits that a request takes, 1 or more.</param>
    /// <returns>The endpoints.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="cost"/> is below 1.</exception>
    public static TBuilder RequireLimit<TBuilder>(this TBuilder builder, string name, int cost)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequireLimitAttribute(name) { Cost = cost });

    /// <summary>Requires a policy, or one limit of a policy, with a cost that depends on the request.</summary>
    /// <param name="builder">The endpoints.</param>
    /// <param name="name">The name of a policy, or <c>policy/limit</c>.</param>
    /// <param name="cost">
    /// Returns the number of permits that a request takes. With 0 or less, the limits neither count nor refuse the request.
    /// </param>
    /// <returns>The endpoints.</returns>
    public static TBuilder RequireLimit<TBuilder>(this TBuilder builder, string name, Func<HttpContext, int> cost)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequireLimitAttribute(name) { CostOf = cost });

    /// <summary>Disables the limits of the endpoints. See <see cref="DisableLimitsAttribute"/>.</summary>
    /// <param name="builder">The endpoints.</param>
    /// <returns>The endpoints.</returns>
    public static TBuilder DisableLimits<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new DisableLimitsAttribute());
}
