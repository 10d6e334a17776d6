using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansLimiter.Http;

/// <summary>Maps the limiter's endpoints.</summary>
public static class LimiterEndpoints
{
    /// <summary>
    /// Maps all endpoints. Decisions are served on the connections of <see cref="LimiterHttpOptions.Urls"/>, administration on
    /// those of <see cref="LimiterHttpOptions.AdminUrls"/>, whatever the request headers contain.
    /// </summary>
    /// <param name="app">A host with <see cref="LimiterServices.AddOrleansLimiter"/>.</param>
    /// <returns>
    /// The route group of administration. Endpoints that the host maps in it, such as a dashboard, are served on that address only,
    /// and require its token.
    /// </returns>
    public static RouteGroupBuilder MapOrleansLimiter(this WebApplication app)
    {
        app.UseMiddleware<ConnectionCloseMiddleware>().UseMiddleware<ExceptionMiddleware>();
        app.UseMiddleware<DecisionMiddleware>().UseMiddleware<DotAccountMiddleware>();
        RouteGroupBuilder administration = MapOperations(app);
        MapDecisions(app.MapGroup("").WithMetadata(new ServedOn(Listeners.Decisions)), app.Services);
        MapAdministration(administration, app.Services);
        return administration;
    }

    /// <summary>Maps health, on all addresses, and metrics, on the address of administration.</summary>
    /// <param name="app">A host with <see cref="LimiterServices.AddLimiterOperations"/>.</param>
    /// <returns>The group of administration, as of <see cref="MapOrleansLimiter"/>.</returns>
    public static RouteGroupBuilder MapLimiterOperations(this WebApplication app)
    {
        app.UseMiddleware<ConnectionCloseMiddleware>().UseMiddleware<ExceptionMiddleware>();
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
        PrometheusExporter exporter = app.Services.GetRequiredService<PrometheusExporter>();
        administration.MapGet("/metrics", exporter.WriteAsync).WithMetadata(AdminDescriptions.Metrics);
        return administration;
    }

    private static void MapDecisions(RouteGroupBuilder group, IServiceProvider services)
    {
        CheckCalls checks = services.GetRequiredService<CheckCalls>();
        AuthorizeCall authorize = services.GetRequiredService<AuthorizeCall>();
        group.MapPost("/v1/check", checks.CheckAsync).WithMetadata(DecisionDescriptions.Check);
        group.MapPost("/v1/check/batch", checks.BatchAsync).WithMetadata(DecisionDescriptions.Batch);
        group.Map("/v1/authorize/{policy}", authorize.InvokeAsync).WithMetadata(DecisionDescriptions.Authorize);
        group.Map("/v1/authorize/{policy}/{**path}", authorize.InvokePathAsync).WithMetadata(DecisionDescriptions.AuthorizePath);
    }

    private static void MapAdministration(RouteGroupBuilder group, IServiceProvider services)
    {
        const string Limit = "/v1/accounts/{account}/overrides/{policy}/{limit}";
        AccountCalls accounts = services.GetRequiredService<AccountCalls>();
        OverrideCalls overrides = services.GetRequiredService<OverrideCalls>();
        OverrideListCall list = services.GetRequiredService<OverrideListCall>();
        PolicyCalls policies = services.GetRequiredService<PolicyCalls>();
        Problems problems = services.GetRequiredService<Problems>();
        Map(HttpMethods.Get, "/v1/accounts/{account}", accounts.GetAsync, AdminDescriptions.Account);
        Map(HttpMethods.Delete, "/v1/accounts/{account}/usage", accounts.ResetAsync, AdminDescriptions.Reset);
        Map(HttpMethods.Put, Limit, overrides.PutAsync, AdminDescriptions.PutOverride);
        Map(HttpMethods.Delete, Limit, overrides.DeleteAsync, AdminDescriptions.DeleteOverrides);
        Map(HttpMethods.Get, "/v1/overrides", list.GetAsync, AdminDescriptions.Overrides);
        Map(HttpMethods.Get, "/v1/policies", policies.ListAsync, AdminDescriptions.Policies);
        Map(HttpMethods.Get, "/v1/policies/{policy}", policies.GetAsync, AdminDescriptions.Policy);
        Map(HttpMethods.Delete, "/v1/policies/{policy}", policies.DeleteAsync, AdminDescriptions.RemovePolicy);
        group.MapOpenApi("/openapi/{documentName}.json");

        void Map(string method, string path, Func<HttpContext, Task<Problem?>> call, CallDescription description) =>
            group.MapMethods(path, [method], async context =>
            {
                if ((Query.Check(context, description) ?? await call(context)) is { } problem)
                {
                    await problems.WriteAsync(context, problem);
                }
            }).WithMetadata(description);
    }
}
