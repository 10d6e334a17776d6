using System.Text.Json.Serialization;

namespace OrleansLimiter.Http;

// An override with every field of OverrideField. An XML comment here would be the description in the OpenAPI document.
[JsonConverter(typeof(OverrideResponseConverter))]
internal sealed record OverrideResponse(Override Entry);

internal sealed class OverrideResponseConverter : JsonConverter<OverrideResponse>
{
    public override OverrideResponse Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, OverrideResponse value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (OverrideField field in OverrideField.All)
        {
            if (field.IsGiven?.Invoke(value.Entry) != false)
            {
                writer.WritePropertyName(field.Name);
                field.Write(writer, value.Entry);
            }
        }

        writer.WriteEndObject();
    }
}
