using Microsoft.Extensions.Options;

namespace OrleansLimiter.Grpc;

/// <summary>Adds Envoy's rate limit service to a host that has <see cref="LimiterServices.AddOrleansLimiter"/>.</summary>
public static class RateLimitServices
{
    // As over HTTP.
    private const int MaxMessageBytes = LimiterHttpOptions.MaxBodyBytes;

    /// <summary>
    /// Adds the service. It is served on <see cref="LimiterHttpOptions.GrpcUrls"/>, and as JSON on the address of decisions.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddRateLimitService(this IServiceCollection services)
    {
        services.AddSingleton<RlsDomains>().AddSingleton<RlsDecider>().AddSingleton<RateLimitCalls>().AddSingleton<RateLimitJsonCall>();
        services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = MaxMessageBytes);
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks(health => health.Services.Map(RateLimitService.Descriptor.FullName, static _ => true));
        return services;
    }

    /// <summary>
    /// Maps the service with health and reflection to the connections of <see cref="LimiterHttpOptions.GrpcUrls"/>, and <c>POST /json</c>
    /// to those of <see cref="LimiterHttpOptions.Urls"/>.
    /// </summary>
    /// <param name="app">A host with <see cref="LimiterEndpoints.MapOrleansLimiter"/>.</param>
    /// <returns>The application.</returns>
    public static WebApplication MapRateLimitService(this WebApplication app)
    {
        app.MapGroup("").WithMetadata(new ServedOn(Listeners.Decisions))
            .MapPost("/json", app.Services.GetRequiredService<RateLimitJsonCall>().InvokeAsync)
            .WithMetadata(DecisionDescriptions.RateLimit);
        if (app.Services.GetRequiredService<IOptions<LimiterHttpOptions>>().Value.GrpcUrls.Length > 0)
        {
            RouteGroupBuilder grpc = app.MapGroup("").WithMetadata(new ServedOn(Listeners.Grpc));
            grpc.MapGrpcService<RateLimitCalls>();
            grpc.MapGrpcHealthChecksService();
            grpc.MapGrpcReflectionService();
        }

        return app;
    }
}
