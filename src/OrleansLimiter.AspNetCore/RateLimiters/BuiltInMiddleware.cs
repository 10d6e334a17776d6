using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace OrleansLimiter.AspNetCore;

/// <summary>Enforces policies in the built-in middleware, <c>app.UseRateLimiter()</c>.</summary>
/// <remarks>
/// Refusals have the status, the headers and the body of the policy. If the app has set <see cref="RateLimiterOptions.OnRejected"/>, it is
/// called for every refusal, after the status and the headers of the policy are set, and writes the body. <see
/// cref="OrleansLimiterOptions.OnDecision"/> is not called.
/// </remarks>
public static class BuiltInMiddleware
{
    /// <summary>
    /// Sets the global limiter of the built-in middleware to <see cref="PolicyRateLimiters.Requests"/>, so that <c>app.UseRateLimiter()</c>
    /// enforces the policies. A global limiter that the app has set is asked first: what it refuses takes no permits of the policies.
    /// </summary>
    /// <remarks>
    /// An app does not start if <see cref="AddRateLimiterPolicy"/> names a policy that applies to every request: it would count twice.
    /// </remarks>
    /// <param name="builder">The limiter of the app.</param>
    /// <returns>The builder.</returns>
    public static LimiterBuilder UseBuiltInMiddleware(this LimiterBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return Configure(builder, static (services, options) =>
        {
            IReadOnlyList<string> global = services.GetRequiredService<EndpointPlans>().Global;
            foreach (NamedPolicy named in services.GetServices<NamedPolicy>())
            {
                named.CheckNotIn(global);
            }

            PolicyRateLimiters limiters = services.GetRequiredService<PolicyRateLimiters>();
            options.GlobalLimiter = options.GlobalLimiter is { } own && own != limiters.Requests
                ? new PoliciesLast(own, (RequestRateLimiter)limiters.Requests)
                : limiters.Requests;
            options.OnRejected = Rejections.For(options, services.GetRequiredService<Refusals>()) ?? options.OnRejected;
        });
    }

    /// <summary>
    /// Adds a named policy to the built-in middleware. Endpoints name it by <c>RequireRateLimiting</c> or <c>[EnableRateLimiting]</c>. The
    /// account, the endpoint and the cost are those of the policy file.
    /// </summary>
    /// <remarks>
    /// Responses of successes have no headers, because a named policy does not see its lease; <see cref="UseBuiltInMiddleware"/> adds them.
    /// </remarks>
    /// <param name="builder">The limiter of the app.</param>
    /// <param name="policyName">The name for endpoints.</param>
    /// <param name="limits">
    /// The name of a policy, or <c>policy/limit</c>. An app does not start if it does not exist. If it vanishes later, an error is logged,
    /// and the endpoints are not limited by it.
    /// </param>
    /// <returns>The builder.</returns>
    public static LimiterBuilder AddRateLimiterPolicy(this LimiterBuilder builder, string policyName, string limits)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(policyName);
        ArgumentException.ThrowIfNullOrEmpty(limits);
        builder.Services.AddSingleton(new NamedPolicy(policyName, limits));
        return Configure(builder, (services, options) =>
        {
            var named = new NamedLimits(
                limits, services.GetRequiredService<PolicyCatalog>(), services.GetRequiredService<DecisionCounters>(),
                services.GetRequiredService<RequestReader>(),
                services.GetRequiredService<PolicyRateLimiters>(), services.GetRequiredService<IOptions<OrleansLimiterOptions>>().Value,
                services.GetRequiredService<Microsoft.Extensions.Logging.ILogger<NamedLimits>>())
            {
                OnRejected = Rejections.For(options, services.GetRequiredService<Refusals>()),
            };
            options.AddPolicy(policyName, named.Error() is { } error
                ? throw new InvalidOperationException($"The rate limiter policy '{policyName}' cannot be added: {error}")
                : named);
        });
    }

    // After what the app itself configures.
    private static LimiterBuilder Configure(LimiterBuilder builder, Action<IServiceProvider, RateLimiterOptions> configure)
    {
        builder.Services.AddRateLimiter();
        builder.Services.AddSingleton<IPostConfigureOptions<RateLimiterOptions>>(services =>
            new PostConfigureOptions<RateLimiterOptions>(Options.DefaultName, options => configure(services, options)));
        return builder;
    }

    private sealed record NamedPolicy(string Name, string Limits)
    {
        public void CheckNotIn(IReadOnlyList<string> global)
        {
            string policy = LimitSelection.PolicyIn(Limits);
            if (global.Contains(policy))
            {
                throw new InvalidOperationException(
                    $"The rate limiter policy '{Name}' would count requests twice: the policy '{policy}' applies to every request. "
                        + "Leave one of them out: name the policies for every request in GlobalPolicies");
            }
        }
    }
}
