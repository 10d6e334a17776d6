using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansLimiter.Http;

/// <summary>Maps the limiter's endpoints.</summary>
public static class LimiterEndpoints
{
    /// <summary>
    /// Maps all endpoints. Decisions are served on the connections of <see cref="LimiterHttpOptions.Urls"/>, administration on
    /// those of <see cref="LimiterHttpOptions.AdminUrls"/>. Request headers have no influence.
    /// </summary>
    /// <param name="app">A host with <see cref="LimiterServices.AddOrleansLimiter"/>.</param>
    /// <returns>
    /// The route group of administration. Endpoints that the host maps in it (a dashboard) are served on that address only, and
    /// require its token.
    /// </returns>
    public static RouteGroupBuilder MapOrleansLimiter(this WebApplication app)
    {
        app.UseMiddleware<ExceptionMiddleware>().UseMiddleware<DecisionMiddleware>().UseMiddleware<DotAccountMiddleware>();
        RouteGroupBuilder administration = MapOperations(app);
        MapDecisions(app.MapGroup("").WithMetadata(new ServedOn(Listeners.Decisions)), app.Services);
        MapAdministration(administration, app.Services);
        return administration;
    }

    /// <summary>Maps health, on every address, and metrics, on that of administration.</summary>
    /// <param name="app">A host with <see cref="LimiterServices.AddLimiterOperations"/>.</param>
    /// <returns>The group of administration, as of <see cref="MapOrleansLimiter"/>.</returns>
    public static RouteGroupBuilder MapLimiterOperations(this WebApplication app)
    {
        app.UseMiddleware<ExceptionMiddleware>();
        return MapOperations(app);
    }

    private static RouteGroupBuilder MapOperations(WebApplication app)
    {
        app.UseMiddleware<NoSuchCallMiddleware>().UseRouting();
        app.MapGroup("").WithMetadata(new ServedOn(Listeners.Both)).MapHealth(app.Services.GetRequiredService<Problems>());

        RouteGroupBuilder administration = app.MapGroup("").WithMetadata(new ServedOn(Listeners.Administration));
        AdminGuard guard = app.Services.GetRequiredService<AdminGuard>();
        IEndpointConventionBuilder guarded = administration;
        guarded.Finally(endpoint => endpoint.RequestDelegate = guard.Protect(endpoint.RequestDelegate!));
        administration.MapGet("/metrics", app.Services.GetRequiredService<MetricsCall>().GetAsync).WithMetadata(AdminDescriptions.Metrics);
        return administration;
    }

    private static void MapDecisions(RouteGroupBuilder group, IServiceProvider services)
    {
        CheckCalls checks = services.GetRequiredService<CheckCalls>();
        AuthorizeCall authorize = services.GetRequiredService<AuthorizeCall>();
        group.MapPost("/v1/check", checks.CheckAsync).WithMetadata(DecisionDescriptions.Check);
        group.MapPost("/v1/check/batch", checks.BatchAsync).WithMetadata(DecisionDescriptions.Batch);
        group.Map("/v1/authorize/{policy}", authorize.InvokeAsync).WithMetadata(DecisionDescriptions.Authorize);
    }

    private static void MapAdministration(RouteGroupBuilder group, IServiceProvider services)
    {
        const string Limit = "/v1/accounts/{account}/overrides/{policy}/{limit}";
        AccountCalls accounts = services.GetRequiredService<AccountCalls>();
        OverrideCalls overrides = services.GetRequiredService<OverrideCalls>();
        PolicyCalls policies = services.GetRequiredService<PolicyCalls>();
        group.MapGet("/v1/accounts/{account}", accounts.GetAsync).WithMetadata(AdminDescriptions.Account);
        group.MapDelete("/v1/accounts/{account}/usage", accounts.ResetAsync).WithMetadata(AdminDescriptions.Reset);
        group.MapPut(Limit, overrides.PutAsync).WithMetadata(AdminDescriptions.PutOverride);
        group.MapDelete(Limit, overrides.DeleteAsync).WithMetadata(AdminDescriptions.DeleteOverrides);
        group.MapGet("/v1/overrides", services.GetRequiredService<OverrideListCall>().GetAsync).WithMetadata(AdminDescriptions.Overrides);
        group.MapGet("/v1/policies", policies.ListAsync).WithMetadata(AdminDescriptions.Policies);
        group.MapGet("/v1/policies/{policy}", policies.GetAsync).WithMetadata(AdminDescriptions.Policy);
        group.MapOpenApi("/openapi/{documentName}.json");
    }
}
