using System.Text.Json;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Http;

/// <summary>A decision as JSON. <c>DecisionResponse</c> describes the same shape to readers of the OpenAPI document.</summary>
internal static class DecisionJson
{
    private static readonly JsonEncodedText Allowed = JsonEncodedText.Encode("allowed");
    private static readonly JsonEncodedText Policy = JsonEncodedText.Encode("policy");
    private static readonly JsonEncodedText Reported = JsonEncodedText.Encode("reported");
    private static readonly JsonEncodedText DeniedBy = JsonEncodedText.Encode("deniedBy");
    private static readonly JsonEncodedText Limits = JsonEncodedText.Encode("limits");
    private static readonly JsonEncodedText Name = JsonEncodedText.Encode("name");
    private static readonly JsonEncodedText Scope = JsonEncodedText.Encode("scope");

    public static void Write(Utf8JsonWriter json, in Decision decision, int reported)
    {
        json.WriteStartObject();
        json.WriteBoolean(Allowed, decision.Allowed);
        json.WriteString(Policy, decision.Policy.Name);
        if (reported >= 0)
        {
            json.WriteString(Reported, decision[reported].Limit.Name);
        }
        else
        {
            json.WriteNull(Reported);
        }

        json.WriteStartArray(DeniedBy);
        for (int index = 0; index < decision.Count; index++)
        {
            LimitOutcome outcome = decision[index];
            if (outcome is { IsAvailable: true, Reading.Allowed: false })
            {
                json.WriteStringValue(outcome.Limit.Name);
            }
        }

        json.WriteEndArray();
        json.WriteStartArray(Limits);
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
        json.WriteString(Name, outcome.Limit.Name);
        json.WriteString(Scope, ScopeDescriptor.Of(outcome.Limit.Definition.Scope).Name);
        if (outcome.IsAvailable)
        {
            json.WriteBoolean(Allowed, outcome.Reading.Allowed);
            ReadingJson.Write(json, outcome.Reading);
        }
        else
        {
            // The group did not reply, so there are no numbers to show.
            foreach (JsonEncodedText name in ReadingJson.Names)
            {
                json.WriteNull(name);
            }
        }

        json.WriteEndObject();
    }
}
