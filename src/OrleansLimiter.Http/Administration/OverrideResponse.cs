using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Http;

// What is shown of an override: every field of OverrideField.
[JsonConverter(typeof(OverrideResponseConverter))]
internal sealed record OverrideResponse(Override Entry);

internal sealed class OverrideResponseConverter : JsonConverter<OverrideResponse>
{
    public override OverrideResponse Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("an answer is only written");

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
