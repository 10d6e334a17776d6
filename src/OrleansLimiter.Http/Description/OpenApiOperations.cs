using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace OrleansLimiter.Http;

/// <summary>Adds operations and their schemas to an OpenAPI document.</summary>
internal sealed class OpenApiOperations(
    OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
{
    // OpenAPI has no operation for all methods. These are the methods that it supports and that proxies send.
    private static readonly string[] AnyMethod = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];

    public async Task AddAsync(RouteEndpoint endpoint, CallDescription call)
    {
        string path = endpoint.RoutePattern.RawText!.Replace("{**", "{", StringComparison.Ordinal);
        document.Paths ??= [];
        if (!document.Paths.TryGetValue(path, out IOpenApiPathItem? item))
        {
            document.Paths[path] = item = new OpenApiPathItem();
        }

        IReadOnlyList<string>? methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods;
        foreach (string method in methods is { Count: > 0 } ? methods : AnyMethod)
        {
            OpenApiOperation operation = await OperationAsync(call);
            operation.OperationId = methods is { Count: 1 } ? call.Id : $"{call.Id}-{method.ToLowerInvariant()}";
            ((OpenApiPathItem)item).AddOperation(HttpMethod.Parse(method), operation);
        }
    }

    private async Task<OpenApiOperation> OperationAsync(CallDescription call)
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
            operation.RequestBody = new OpenApiRequestBody { Required = true, Content = await ContentAsync(JsonResponse.Json, call.Body) };
        }

        foreach (ResponseDescription response in call.Responses)
        {
            operation.Responses[response.Status.ToString()] = new OpenApiResponse
            {
                Description = response.Text,
                Content = response.Body is null && response.ContentType is null
                    ? null
                    : await ContentAsync(response.ContentType ?? JsonResponse.Json, response.Body),
            };
        }

        return operation;
    }

    private static IOpenApiParameter Parameter(ParameterDescription parameter) => new OpenApiParameter
    {
        Name = parameter.Name,
        In = parameter.In,
        Description = parameter.Text,
        Required = parameter.In == ParameterLocation.Path,
        Schema = new OpenApiSchema { Type = parameter.Type },
    };

    private async Task<Dictionary<string, OpenApiMediaType>> ContentAsync(string contentType, Type? body) => new()
    {
        [contentType] = new() { Schema = body is null ? new OpenApiSchema { Type = JsonSchemaType.String } : await SchemaAsync(body) },
    };

    private async Task<IOpenApiSchema> SchemaAsync(Type type)
    {
        if (type.GetElementType() is { } element)
        {
            return new OpenApiSchema { Type = JsonSchemaType.Array, Items = await SchemaAsync(element) };
        }

        if (type.GetCustomAttribute<OneOfAttribute>() is { } alternatives)
        {
            var schema = new OpenApiSchema { OneOf = [] };
            foreach (Type alternative in alternatives.Types)
            {
                schema.OneOf.Add(await SchemaAsync(alternative));
            }

            return schema;
        }

        if (document.Components?.Schemas?.ContainsKey(type.Name) != true)
        {
            document.AddComponent(type.Name, await context.GetOrCreateSchemaAsync(type, null, cancellationToken));
        }

        return new OpenApiSchemaReference(type.Name, document);
    }
}
