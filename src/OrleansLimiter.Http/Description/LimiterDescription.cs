using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace OrleansLimiter.Http;

/// <summary>
/// The OpenAPI document. The framework describes handlers by their parameters, which calls that parse for themselves do
/// not have; so each mapped call brings its description, and this walks over them.
/// </summary>
internal sealed class LimiterDescription(EndpointDataSource endpoints) : IOpenApiDocumentTransformer
{
    // OpenAPI has no word for "any method"; these are those that it knows and that proxies send.
    private static readonly string[] AnyMethod = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];

    public async Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new()
        {
            Title = "OrleansLimiter",
            Version = "v1",
            Description = "Decisions are served on --urls, administration on --admin-urls.",
        };
        document.Servers?.Clear(); // the address that shows this document is only one of the two
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
                Description = "The admin token, where one is set.",
            },
        };
        var schemas = new SchemaRegistry(document, context);
        foreach (RouteEndpoint endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<CallDescription>() is { } call)
            {
                await DescribeAsync(document, endpoint, call, schemas, cancellationToken);
            }
        }
    }

    private static async Task DescribeAsync(
        OpenApiDocument document, RouteEndpoint endpoint, CallDescription call, SchemaRegistry schemas, CancellationToken cancellation)
    {
        string path = endpoint.RoutePattern.RawText!;
        document.Paths ??= [];
        if (!document.Paths.TryGetValue(path, out IOpenApiPathItem? item))
        {
            document.Paths[path] = item = new OpenApiPathItem();
        }

        IReadOnlyList<string>? methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods;
        foreach (string method in methods is { Count: > 0 } ? methods : AnyMethod)
        {
            OpenApiOperation operation = await OperationAsync(document, call, schemas, cancellation);
            operation.OperationId = methods is { Count: 1 } ? call.Id : $"{call.Id}-{method.ToLowerInvariant()}";
            ((OpenApiPathItem)item).AddOperation(HttpMethod.Parse(method), operation);
        }
    }

    private static async Task<OpenApiOperation> OperationAsync(
        OpenApiDocument document, CallDescription call, SchemaRegistry schemas, CancellationToken cancellation)
    {
        var operation = new OpenApiOperation
        {
            Summary = call.Summary,
            Tags = new HashSet<OpenApiTagReference> { new(call.Tag, document) },
            Parameters = [.. call.Parameters.Select(Parameter)],
            Responses = [],
        };
        if (call.Tag == CallDescription.Administration)
        {
            operation.Security = [new() { [new OpenApiSecuritySchemeReference("token", document)] = [] }, []];
        }

        if (call.Body is not null)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = await ContentAsync(JsonResponse.Json, call.Body, schemas, cancellation),
            };
        }

        foreach (ResponseDescription answer in call.Responses)
        {
            operation.Responses[answer.Status.ToString()] = new OpenApiResponse
            {
                Description = answer.Text,
                Content = answer.Body is null && answer.ContentType is null
                    ? null
                    : await ContentAsync(answer.ContentType ?? JsonResponse.Json, answer.Body, schemas, cancellation),
            };
        }

        return operation;
    }

    private static IOpenApiParameter Parameter(ParameterDescription parameter) => new OpenApiParameter
    {
        Name = parameter.Name,
        In = parameter.In,
        Description = parameter.Text,
        Required = parameter.Required,
        Schema = new OpenApiSchema { Type = parameter.Type },
    };

    private static async Task<Dictionary<string, OpenApiMediaType>> ContentAsync(
        string contentType, Type? body, SchemaRegistry schemas, CancellationToken cancellation)
    {
        IOpenApiSchema schema = body is null
            ? new OpenApiSchema { Type = JsonSchemaType.String }
            : await schemas.OfAsync(body, cancellation);
        return new() { [contentType] = new() { Schema = schema } };
    }
}

internal static class LimiterDescriptionServices
{
    public static IServiceCollection AddLimiterDescription(this IServiceCollection services) =>
        // A schema says what the serializer would read, and numbers in quotes are not what the calls read.
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict)
            .AddOpenApi(options =>
            {
                options.ShouldInclude = _ => false; // what a host maps beside (a dashboard) is no call of the limiter
                options.AddSchemaTransformer(OverrideSchemas.TransformAsync);
                options.AddDocumentTransformer<LimiterDescription>();
            });
}
