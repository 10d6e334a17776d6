using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace OrleansLimiter.Http;

/// <summary>The document's schemas, each once.</summary>
internal sealed class SchemaRegistry(OpenApiDocument document, OpenApiDocumentTransformerContext context)
{
    public async Task<IOpenApiSchema> OfAsync(Type type, CancellationToken cancellation)
    {
        if (type.GetElementType() is { } element)
        {
            return new OpenApiSchema { Type = JsonSchemaType.Array, Items = await OfAsync(element, cancellation) };
        }

        if (document.Components?.Schemas?.ContainsKey(type.Name) != true)
        {
            document.AddComponent(type.Name, await context.GetOrCreateSchemaAsync(type, null, cancellation));
        }

        return new OpenApiSchemaReference(type.Name, document);
    }
}
