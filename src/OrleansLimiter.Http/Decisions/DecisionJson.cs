using System.Text.Json;
using OrleansLimiter.Policies.Decisions;
using OrleansLimiter.Policies.Responses;

namespace OrleansLimiter.Http;

/// <summary>A decision as JSON. <c>DecisionAnswer</c> describes the same shape to readers of the OpenAPI document.</summary>
internal static class DecisionJson
{
    public static void Write(Utf8JsonWriter json, in Decision decision, int reported)
    {
        json.WriteStartObject();
        json.WriteBoolean("allowed"u8, decision.Allowed);
        json.WriteString("policy"u8, decision.Policy.Name);
        if (reported >= 0)
        {
            json.WriteString("reported"u8, decision[reported].Limit.Name);
        }
        else
        {
            json.WriteNull("reported"u8);
        }

        json.WriteStartArray("deniedBy"u8);
        for (int index = 0; index < decision.Count; index++)
        {
            LimitOutcome outcome = decision[index];
            if (outcome is { Known: true, Reading.Allowed: false })
            {
                json.WriteStringValue(outcome.Limit.Name);
            }
        }

        json.WriteEndArray();
        json.WriteStartArray("limits"u8);
        for (int index = 0; index < decision.Count; index++)
        {
            Write(json, decision[index]);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, in LimitOutcome outcome)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, outcome.Limit.Name);
        json.WriteString("scope"u8, ScopeNames.Of(outcome.Limit.Definition.Scope));
        if (outcome.Known)
        {
            json.WriteBoolean("allowed"u8, outcome.Reading.Allowed);
            ReadingJson.Write(json, outcome.Reading);
        }
        else
        {
            // Nobody was asked: an invented number would be believed.
            foreach (JsonEncodedText name in ReadingJson.Names)
            {
                json.WriteNull(name);
            }
        }

        json.WriteEndObject();
    }
}
