using System.Text.Json.Serialization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace OrleansLimiter.Http;

/// <summary>
/// Creates the OpenAPI document from the <see cref="CallDescription"/> of each endpoint. ASP.NET Core describes endpoints by the
/// parameters of their handlers, but the handlers of the limiter read the request themselves.
/// </summary>
internal sealed class LimiterDescription(EndpointDataSource endpoints) : IOpenApiDocumentTransformer
{
    public async Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new()
        {
            Title = "OrleansLimiter",
            Version = "v1",
            Description = "Decisions are served on --urls, administration on --admin-urls.",
        };
        document.Servers?.Clear(); // the address that serves the document is only one of the two
        document.Tags = new HashSet<OpenApiTag>
        {
            new() { Name = CallDescription.Decisions, Description = "On --urls." },
            new() { Name = CallDescription.Administration, Description = "On --admin-urls." },
        };
        document.Components ??= new();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            ["token"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The admin token, if one is set.",
            },
        };
        var operations = new OpenApiOperations(document, context, cancellationToken);
        foreach (RouteEndpoint endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<CallDescription>() is { } call)
            {
                await operations.AddAsync(endpoint, call);
            }
        }
    }
}

internal static class LimiterDescriptionServices
{
    public static IServiceCollection AddLimiterDescription(this IServiceCollection services) =>
        // By default, schemas allow numbers in quotes, which the calls do not accept.
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict)
            .AddOpenApi(options =>
            {
                options.ShouldInclude = _ => false; // endpoints that the host maps, such as a dashboard, are not described
                options.AddSchemaTransformer(OverrideSchemas.TransformAsync);
                options.AddDocumentTransformer<LimiterDescription>();
            });
}
