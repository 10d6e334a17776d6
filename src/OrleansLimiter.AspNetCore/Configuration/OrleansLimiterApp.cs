using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansLimiter.AspNetCore;

/// <summary>Adds the limiter to the pipeline of an app.</summary>
public static class OrleansLimiterApp
{
    /// <summary>
    /// Enforces the limits: a request that a limit refuses is answered here. Add it after routing, and after authentication if policies
    /// read claims. Responses have the headers of the policies. Needs <see cref="OrleansLimiterServices.AddOrleansLimiter"/>.
    /// </summary>
    /// <param name="app">The pipeline of the app.</param>
    /// <returns>The pipeline.</returns>
    /// <exception cref="InvalidOperationException">The services of the limiter were not added.</exception>
    public static IApplicationBuilder UseOrleansLimiter(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.ApplicationServices.GetService<IServiceProviderIsService>()?.IsService(typeof(EndpointPlans)) == false
            ? throw new InvalidOperationException("The services of the limiter are missing: call services.AddOrleansLimiter(…)")
            : app.UseMiddleware<LimiterMiddleware>();
    }
}
