using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Http;

// What is shown of an override: every field of OverrideField.
[JsonConverter(typeof(OverrideAnswerConverter))]
internal sealed record OverrideAnswer(Override Entry);

internal sealed class OverrideAnswerConverter : JsonConverter<OverrideAnswer>
{
    public override OverrideAnswer Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("an answer is only written");

    public override void Write(Utf8JsonWriter writer, OverrideAnswer value, JsonSerializerOptions options)
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
