using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace OrleansLimiter.Http;

/// <summary>Creates the schemas of overrides from <see cref="OverrideField"/>, because no serializer reads or writes them.</summary>
internal static class OverrideSchemas
{
    public static async Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        // A type with a converter has no schema, so the schema of a list of it has no items.
        if (context.JsonTypeInfo.ElementType == typeof(OverrideResponse))
        {
            schema.Items = await context.GetOrCreateSchemaAsync(typeof(OverrideResponse), null, cancellation);
            return;
        }

        bool isResponse = context.JsonTypeInfo.Type == typeof(OverrideResponse);
        if (!isResponse && context.JsonTypeInfo.Type != typeof(OverrideRequest))
        {
            return;
        }

        schema.Type = JsonSchemaType.Object;
        schema.Required = new HashSet<string>();
        schema.Properties = new Dictionary<string, IOpenApiSchema>();
        foreach (OverrideField field in OverrideField.All.Where(field => isResponse || field.Read is not null))
        {
            OpenApiSchema property = await context.GetOrCreateSchemaAsync(field.Type, null, cancellation);
            property.Description = field.Description;
            property.MaxLength = field.MaxLength;
            (property.Minimum, property.Maximum) = (field.Bounds?.Min.ToString(), field.Bounds?.Max.ToString());
            bool isAlways = isResponse && field.IsGiven is null;
            property.Type = isAlways ? property.Type & ~JsonSchemaType.Null : property.Type | JsonSchemaType.Null;
            schema.Properties[field.Name] = property;
            if (isAlways)
            {
                schema.Required.Add(field.Name);
            }
        }
    }
}
